// TensorProto as a constant.
#pragma once

#include <string>

#include "graph/graph.h"
#include "onnx/model_source.h"

namespace inlay::onnx {

struct NamedTensor {
  std::string name;
  graph::TensorRef tensor;
};

// Points into the source's bytes or its external files where the elements lie there aligned.
// Fails with kCorrupt where elements and shape do not agree, kUnsupported for types without a dense
// form.
Result<NamedTensor> read_tensor(protobuf::Reader message, ModelSource& source);

}  // namespace inlay::onnx
