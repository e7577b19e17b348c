#include "onnx/node_proto.h"

namespace inlay::onnx {
namespace {

Status read_field(const protobuf::Reader& in, NodeProto& node) {
  const auto read_into = [&](std::string& target) -> Status {
    INLAY_ASSIGN(target, read_text(in));
    return Status();
  };
  switch (in.field()) {
    case 1: return read_into(node.inputs.emplace_back());
    case 2: return read_into(node.outputs.emplace_back());
    case 3: return read_into(node.name);
    case 4: return read_into(node.op_type);
    case 5: {
      INLAY_ASSIGN(const protobuf::Reader attribute, in.message());
      node.attributes.push_back(attribute);
      return Status();
    }
    case 7: return read_into(node.domain);
    default: return Status();
  }
}

}  // namespace

Result<NodeProto> read_node(protobuf::Reader message) {
  NodeProto node;
  while (message.next()) INLAY_TRY(read_field(message, node));
  INLAY_TRY(message.status());
  if (node.domain == "ai.onnx") node.domain.clear();
  return node;
}

std::string describe(const NodeProto& node) {
  std::string name = node.name;
  for (const std::string& output : node.outputs)
    if (name.empty()) name = output;
  return format("node {} ({})", quote(name), quote(node.op_type));
}

}  // namespace inlay::onnx
