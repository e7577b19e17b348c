// NodeProto before its names are resolved.
#pragma once

#include <string>
#include <vector>

#include "onnx/model_source.h"

namespace inlay::onnx {

// An AttributeProto that is not read yet but for its name and the function's attribute that it refers to.
struct NamedMessage {
  std::string name, refers_to;  // refers_to "": it has a value of its own
  protobuf::Reader message;
  size_t bytes;
};

// `in` is at the field that holds the attribute.
Result<NamedMessage> read_named_message(const protobuf::Reader& in);

struct NodeProto {
  std::string op_type, domain, name;         // domain "ai.onnx" is ""
  std::string overload;                      // of the function that the node calls
  std::vector<std::string> inputs, outputs;  // "" where one is left out
  std::vector<NamedMessage> attributes;
};

Result<NodeProto> read_node(protobuf::Reader message);

// "node "x" (MatMul)"
std::string describe(const NodeProto& node);

}  // namespace inlay::onnx
