// NodeProto before its names are resolved.
#pragma once

#include <string>
#include <vector>

#include "onnx/model_source.h"

namespace inlay::onnx {

struct NodeProto {
  std::string op_type, domain, name;         // domain "ai.onnx" is ""
  std::vector<std::string> inputs, outputs;  // "" where one is left out
  std::vector<protobuf::Reader> attributes;
};

Result<NodeProto> read_node(protobuf::Reader message);

// "node "x" (MatMul)"
std::string describe(const NodeProto& node);

}  // namespace inlay::onnx
