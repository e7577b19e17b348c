// Softmax and its logarithm along an axis.
#pragma once

#include "ops/op.h"

namespace inlay::ops {

Status infer_softmax_along(Inference& in);
Status lower_softmax_along(Lowering& low, bool log);

}  // namespace inlay::ops
