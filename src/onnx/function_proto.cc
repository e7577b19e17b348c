#include "onnx/function_proto.h"

namespace inlay::onnx {
namespace {

// Field numbers of onnx.proto.
enum FunctionField : uint32_t {
  kName = 1,
  kInput = 4,
  kOutput = 5,
  kAttribute = 6,
  kNode = 7,
  kOpsetImport = 9,
  kDomain = 10,
  kAttributeProto = 11,
  kOverload = 13,
};

Status read_field(const protobuf::Reader& in, const ModelSource& source, FunctionProto& function) {
  const auto read_into = [&](std::string& target) -> Status {
    INLAY_ASSIGN(target, read_text(in));
    return Status();
  };
  switch (in.field()) {
    case kName: return read_into(function.name);
    case kDomain: return read_into(function.domain);
    case kOverload: return read_into(function.overload);
    case kInput: return read_into(function.inputs.emplace_back());
    case kOutput: return read_into(function.outputs.emplace_back());
    case kAttribute: return read_into(function.attributes.emplace_back());
    case kNode: {
      INLAY_ASSIGN(const protobuf::Reader node, in.message());
      function.nodes.push_back(node);
      return Status();
    }
    case kAttributeProto: {
      INLAY_ASSIGN(NamedMessage attribute, read_named_message(in));
      function.default_attributes.push_back(std::move(attribute));
      return Status();
    }
    case kOpsetImport: {
      INLAY_ASSIGN(const protobuf::Reader opset, in.message());
      return read_opset_import(opset, source, function.opsets);
    }
    default: return Status();
  }
}

}  // namespace

Result<FunctionProto> read_function(const protobuf::Reader& in, const ModelSource& source) {
  FunctionProto function;
  INLAY_ASSIGN(const auto bytes, in.bytes());
  function.bytes = bytes.size();
  INLAY_ASSIGN(protobuf::Reader message, in.message());
  while (message.next()) INLAY_TRY(read_field(message, source, function));
  INLAY_TRY(message.status());
  if (function.domain == "ai.onnx") function.domain.clear();
  if (function.name.empty()) return in.error("expected a name of the function, found none");
  return function;
}

std::string describe(const FunctionProto& function) {
  std::string name =
      function.domain.empty() ? function.name : function.domain + "." + function.name;
  if (!function.overload.empty()) name += ":" + function.overload;
  return format("function {}", quote(name));
}

Status Functions::add(FunctionProto function, const ModelSource& source) {
  const std::string text = describe(function);
  std::tuple<std::string, std::string, std::string> key = function.key();
  if (!functions_.emplace(std::move(key), std::move(function)).second)
    return corrupt("{}: expected one {}, found two", source.name, text);
  return Status();
}

const FunctionProto* Functions::find(const NodeProto& node) const {
  if (functions_.empty()) return nullptr;
  const auto found = functions_.find({node.domain, node.op_type, node.overload});
  return found == functions_.end() ? nullptr : &found->second;
}

}  // namespace inlay::onnx
