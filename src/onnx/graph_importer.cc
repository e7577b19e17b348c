#include "onnx/graph_importer.h"

#include "onnx/sparse_tensor_proto.h"

namespace inlay::onnx {
namespace {

using graph::DType;
using graph::kNoValue;
using graph::TensorRef;
using graph::ValueId;

// Field numbers of onnx.proto.
enum GraphField : uint32_t {
  kNode = 1,
  kName = 2,
  kInitializer = 5,
  kInput = 11,
  kOutput = 12,
  kSparseInitializer = 15,
};

TensorRef string_tensor(std::vector<std::string> strings, std::vector<int64_t> shape) {
  auto tensor = std::make_shared<graph::Tensor>();
  tensor->dtype = DType::kString;
  tensor->shape = std::move(shape);
  tensor->strings = std::move(strings);
  return tensor;
}

template <class T>
std::vector<int64_t> length_of(const std::vector<T>& elements) {
  return {static_cast<int64_t>(elements.size())};
}

// What a Constant node's one attribute says; null for an attribute that says nothing of the value.
TensorRef constant_from(const NamedAttribute& attribute) {
  const auto get = [&]<class T>(std::string_view name, const T** value) {
    *value = attribute.name == name ? std::get_if<T>(&attribute.value) : nullptr;
    return *value != nullptr;
  };
  const TensorRef* tensor;
  const int64_t* i;
  const float* f;
  const std::string* s;
  const std::vector<int64_t>* ints;
  const std::vector<float>* floats;
  const std::vector<std::string>* strings;
  if (get("value", &tensor) || get("sparse_value", &tensor)) return *tensor;
  if (get("value_int", &i)) return graph::make_tensor(DType::kInt64, {}, std::vector{*i});
  if (get("value_float", &f)) return graph::make_tensor(DType::kFloat32, {}, std::vector{*f});
  if (get("value_string", &s)) return string_tensor({*s}, {});
  if (get("value_ints", &ints)) return graph::make_tensor(DType::kInt64, length_of(*ints), *ints);
  if (get("value_floats", &floats))
    return graph::make_tensor(DType::kFloat32, length_of(*floats), *floats);
  if (get("value_strings", &strings)) return string_tensor(*strings, length_of(*strings));
  return nullptr;
}

bool is_constant(const NodeProto& proto) {
  return proto.op_type == "Constant" && proto.domain.empty();
}

}  // namespace

Result<std::shared_ptr<graph::Graph>> GraphImporter::import(protobuf::Reader message) {
  graph_ = std::make_shared<graph::Graph>(model_.exprs);
  while (message.next()) INLAY_TRY(read_field(message));
  INLAY_TRY(message.status());
  if (call_) INLAY_TRY(model_.inliner.charge(nodes_.size(), 0, model_.source));
  INLAY_TRY(define_constants_and_inputs());
  INLAY_TRY(import_nodes());
  INLAY_TRY(add_outputs());
  INLAY_TRY(graph_->sort().at(model_.source.name));
  INLAY_TRY(graph_->check().at(model_.source.name));
  return graph_;
}

Status GraphImporter::import_nodes() {
  for (const NodeProto& proto : nodes_)
    INLAY_TRY(is_constant(proto) ? define_constant_node(proto) : define_outputs(proto));
  for (const NodeProto& proto : nodes_) {
    if (is_constant(proto)) continue;
    const FunctionProto* const function = model_.functions.find(proto);
    INLAY_TRY(function ? inline_call(proto, *function) : add_node(proto));
  }
  return Status();
}

Status GraphImporter::read_field(const protobuf::Reader& in) {
  if (in.field() == kName) {
    INLAY_ASSIGN(graph_->name, read_text(in));
    return Status();
  }
  if (in.field() != kNode && in.field() != kInitializer && in.field() != kInput &&
      in.field() != kOutput && in.field() != kSparseInitializer)
    return Status();
  INLAY_ASSIGN(const protobuf::Reader message, in.message());
  switch (in.field()) {
    case kNode: {
      INLAY_ASSIGN(NodeProto node, read_node(message));
      nodes_.push_back(std::move(node));
      return Status();
    }
    case kInitializer: {
      INLAY_ASSIGN(NamedTensor tensor, read_tensor(message, model_.source));
      initializers_.push_back(std::move(tensor));
      return Status();
    }
    case kInput: {
      Result<ValueInfo> info = read_value_info(message, *model_.exprs);
      if (!info.ok()) return std::move(info).status().at(model_.source.name);
      if (call_)
        info->type.tensor.shape.reset();  // a name of a size may mean another one in each call
      inputs_.push_back(std::move(*info));
      return Status();
    }
    case kOutput: {
      INLAY_ASSIGN(ValueInfo info, read_output_info(message, *model_.exprs));
      outputs_.push_back(std::move(info));
      return Status();
    }
    default: {
      INLAY_ASSIGN(NamedTensor tensor, read_sparse_tensor(message, model_.source));
      initializers_.push_back(std::move(tensor));
      return Status();
    }
  }
}

Status GraphImporter::define(const std::string& name, ValueId id) {
  if (name.empty())
    return corrupt("{}: graph {}: expected a name for each input and initializer, found none",
                   model_.source.name, quote(graph_->name));
  if (!names_.emplace(name, id).second)
    return corrupt("{}: expected one value named {}, found two", model_.source.name, quote(name));
  return Status();
}

// An input that an initializer has the name of is a constant: its default stands.
Status GraphImporter::define_constants_and_inputs() {
  for (NamedTensor& initializer : initializers_)
    INLAY_TRY(define(initializer.name,
                     graph_->add_constant(initializer.name, std::move(initializer.tensor))));
  for (ValueInfo& input : inputs_) {
    const auto known = names_.find(input.name);
    if (known != names_.end() && graph_->value(known->second).constant)
      graph_->overridable.push_back(known->second);
    else
      INLAY_TRY(define_input(input));
  }
  return Status();
}

Status GraphImporter::define_input(ValueInfo& input) {
  const ValueId id = graph_->add_input(input.name, std::move(input.type.tensor));
  if (input.type.kind != graph::ValueType::Kind::kTensor)
    graph_->value(id).object = std::make_shared<const graph::ValueType>(std::move(input.type));
  return define(input.name, id);
}

Status GraphImporter::define_outputs(const NodeProto& proto) {
  for (const std::string& name : proto.outputs) {
    if (name.empty()) continue;
    const auto result = results_.find(name);
    const bool known = result != results_.end();
    INLAY_TRY(define(name, known ? result->second : graph_->add_value(inner_name(name))));
  }
  return Status();
}

Status GraphImporter::define_constant_node(const NodeProto& proto) {
  const auto failed = [&](std::string_view found) {
    return corrupt("{}: {}: expected one value and one output, found {}", model_.source.name,
                   describe(proto), found);
  };
  if (proto.outputs.size() != 1) return failed(format("{} outputs", proto.outputs.size()));
  if (proto.attributes.size() != 1) return failed(format("{} attributes", proto.attributes.size()));
  INLAY_ASSIGN(const auto value, attribute(proto.attributes[0]));
  TensorRef tensor = value ? constant_from(*value) : nullptr;
  if (!tensor) return failed(format("attribute {}", quote(proto.attributes[0].name)));
  return define(proto.outputs[0],
                graph_->add_constant(inner_name(proto.outputs[0]), std::move(tensor)));
}

Status GraphImporter::add_node(const NodeProto& proto) {
  graph::Node node;
  INLAY_ASSIGN(node.version, version_of(proto));
  for (const std::string& name : proto.inputs) {
    const std::optional<ValueId> id = name.empty() ? kNoValue : resolve(name);
    if (!id)
      return corrupt("{}: {}: nothing makes its input {}", model_.source.name, describe(proto),
                     quote(name));
    node.inputs.push_back(*id);
  }
  for (const std::string& name : proto.outputs)
    node.outputs.push_back(name.empty() ? kNoValue : names_.find(name)->second);
  for (const NamedMessage& message : proto.attributes) {
    INLAY_ASSIGN(auto read, attribute(message));
    if (read && !node.attributes.emplace(message.name, std::move(read->value)).second)
      return corrupt("{}: {}: expected one attribute {}, found two", model_.source.name,
                     describe(proto), quote(message.name));
  }
  node.op_type = proto.op_type;
  node.domain = proto.domain;
  node.name = proto.name.empty() ? proto.name : inner_name(proto.name);
  graph_->add_node(std::move(node));
  return Status();
}

Status GraphImporter::add_outputs() {
  for (ValueInfo& output : outputs_) {
    const std::optional<ValueId> id = resolve(output.name);
    if (!id || *id == kNoValue)
      return corrupt("{}: nothing makes the graph output {}", model_.source.name,
                     quote(output.name));
    graph_->outputs.push_back(*id);
    graph_->output_types.push_back(std::move(output.type));
  }
  return Status();
}

Result<int> GraphImporter::version_of(const NodeProto& proto) const {
  if (proto.domain == "inlay")
    return unsupported("{}: {}: domain \"inlay\" is not for files", model_.source.name,
                       describe(proto));
  if (call_) {
    const auto own = call_->function.opsets.find(proto.domain);
    if (own != call_->function.opsets.end()) return own->second;
  }
  const auto found = model_.opsets.find(proto.domain);
  if (found == model_.opsets.end())
    return corrupt("{}: {}: expected an opset import for domain {}, found none", model_.source.name,
                   describe(proto), quote(proto.domain));
  return found->second;
}

std::optional<ValueId> GraphImporter::resolve(const std::string& name) {
  const auto found = names_.find(name);
  if (found != names_.end()) return found->second;
  const std::optional<ValueId> outer = outer_ ? outer_->resolve(name) : std::nullopt;
  if (!outer || *outer == kNoValue) return outer;
  const graph::Value& value = outer_->graph_->value(*outer);
  ValueId inner;
  if (value.constant) {
    inner = graph_->add_constant(name, value.constant);
  } else {
    inner = graph_->add_value(name, value.type);
    graph_->captures.push_back({*outer, inner});
  }
  names_.emplace(name, inner);
  return inner;
}

}  // namespace inlay::onnx
