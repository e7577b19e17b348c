// Maps as ONNX has them: keys int64 or string, values of one type.
#pragma once

#include "base/status.h"
#include "ops/objects/any_value.h"

namespace inlay::ops {

// Brings the keys into ascending order, and the values along. Fails where keys are no int64 [n] or string [n],
// values not as many in one dimension, or a key is there twice.
Result<Map> make_map(const graph::TensorRef& keys, const graph::TensorRef& values);

}  // namespace inlay::ops
