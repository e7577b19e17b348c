// ValueInfoProto: the name and type of a graph input or output.
#pragma once

#include <optional>
#include <string>

#include "graph/graph.h"
#include "onnx/model_source.h"

namespace inlay::onnx {

struct ValueInfo {
  std::string name;
  graph::ValueType type;  // a tensor of undefined elements where the file says none
};

// A dim_param becomes the pool's symbol of that name, an unknown size a symbol of its own. Fails with
// kUnsupported for sparse tensors and what is nested deeper than 16.
Result<ValueInfo> read_value_info(protobuf::Reader message, graph::ExprPool& exprs);
// The same, where a type that cannot be told is left undefined.
Result<ValueInfo> read_output_info(protobuf::Reader message, graph::ExprPool& exprs);
// A TypeProto. `name` is what unknown sizes are named after.
Result<graph::ValueType> read_type(protobuf::Reader message, const std::string& name,
                                   graph::ExprPool& exprs);

}  // namespace inlay::onnx
