// ValueInfoProto: the name and type of a graph input.
#pragma once

#include <optional>
#include <string>

#include "graph/graph.h"
#include "onnx/model_source.h"

namespace inlay::onnx {

struct ValueInfo {
  std::string name;
  graph::TensorType type;  // undefined where the file says none
};

// A dim_param becomes the pool's symbol of that name, an unknown size a symbol of its own.
// Fails with kUnsupported for sequences, maps, optionals and sparse tensors.
Result<ValueInfo> read_value_info(protobuf::Reader message, graph::ExprPool& exprs);
// The name alone.
Result<std::string> read_value_name(protobuf::Reader message);

}  // namespace inlay::onnx
