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
      INLAY_ASSIGN(NamedMessage attribute, read_named_message(in));
      node.attributes.push_back(std::move(attribute));
      return Status();
    }
    case 7: return read_into(node.domain);
    case 8: return read_into(node.overload);
    default: return Status();
  }
}

}  // namespace

Result<NamedMessage> read_named_message(const protobuf::Reader& in) {
  constexpr uint32_t kName = 1, kReference = 21;
  INLAY_ASSIGN(const auto bytes, in.bytes());
  INLAY_ASSIGN(const protobuf::Reader message, in.message());
  NamedMessage named{"", "", message, bytes.size()};
  protobuf::Reader fields = message;
  while (fields.next()) {
    if (fields.field() == kName) {
      INLAY_ASSIGN(named.name, read_text(fields));
    } else if (fields.field() == kReference) {
      INLAY_ASSIGN(named.refers_to, read_text(fields));
    }
  }
  INLAY_TRY(fields.status());
  return named;
}

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
