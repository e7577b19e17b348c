#include "models/encoder_builder.h"

namespace inlay::models {

using graph::DType;
using graph::kNoValue;
using graph::Node;
using graph::ValueId;

namespace {

constexpr char kDomain[] = "inlay";

struct NamedActivation {
  std::string_view hugging_face, linear;
};
constexpr NamedActivation kActivations[] = {
    {"gelu", "gelu"},
    {"gelu_python", "gelu"},
    {"gelu_new", "gelu_tanh"},
    {"gelu_fast", "gelu_tanh"},
    {"gelu_pytorch_tanh", "gelu_tanh"},
    {"relu", "relu"},
    {"silu", "silu"},
    {"swish", "silu"},
    {"tanh", "tanh"},
};

Node make_node(const char* op, std::vector<ValueId> inputs) {
  Node node;
  node.op_type = op;
  node.domain = kDomain;
  node.version = 1;
  node.inputs = std::move(inputs);
  return node;
}

}  // namespace

Result<std::string> activation_name(json::Value place, std::string_view hidden_act) {
  for (const NamedActivation& known : kActivations)
    if (known.hugging_face == hidden_act) return std::string(known.linear);
  return place.error(format("activation {} is not supported", quote(hidden_act)));
}

Result<EncoderBuilder> EncoderBuilder::open(const HfDirectory& directory, FileAccess access,
                                            std::initializer_list<std::string_view> prefixes) {
  EncoderBuilder builder;
  builder.path_ = directory.path + "/model.safetensors";
  INLAY_ASSIGN(auto file, MappedFile::open(builder.path_, access));
  INLAY_ASSIGN(builder.tensors_, Safetensors::read(std::move(file)));
  for (std::string_view prefix : prefixes)
    if (builder.tensors_.find(std::string(prefix) + "embeddings.word_embeddings.weight")) {
      builder.prefix_ = prefix;
      break;
    }
  builder.graph_ = std::make_shared<graph::Graph>(std::make_shared<graph::ExprPool>());
  return builder;
}

graph::TensorRef EncoderBuilder::find(const std::string& name) const {
  return tensors_.find(prefix_ + name);
}

Result<ValueId> EncoderBuilder::weight(const std::string& name, size_t rank) {
  const graph::TensorRef tensor = find(name);
  if (!tensor) return not_found("{}: expected a tensor {}", path_, quote(prefix_ + name));
  if (tensor->shape.size() != rank)
    return corrupt("{}: {}: expected {} dimensions, found {}", path_, quote(prefix_ + name), rank,
                   tensor->shape.size());
  if (tensor->dtype != DType::kFloat32)
    return unsupported("{}: {}: expected float32, found {}", path_, quote(prefix_ + name),
                       graph::dtype_text(tensor->dtype));
  return graph_->add_constant(prefix_ + name, tensor);
}

ValueId EncoderBuilder::add(Node node, const std::string& output) {
  const ValueId value = graph_->add_value(output);
  node.name = output;
  node.outputs = {value};
  graph_->add_node(std::move(node));
  return value;
}

Status EncoderBuilder::check_width(const std::string& name, json::Value hidden_size) const {
  const graph::TensorRef table = find(name + ".weight");
  if (!table || table->shape.size() != 2) return Status();  // weight() says what is wrong
  INLAY_ASSIGN(const int64_t hidden, hidden_size.integer());
  if (table->shape[1] == hidden) return Status();
  return hidden_size.error(
      format("expected {} as in {}, found {}", table->shape[1], quote(prefix_ + name), hidden));
}

Result<ValueId> EncoderBuilder::embed(const std::string& words, const std::string& positions,
                                      const std::string& types, const std::string& norm,
                                      float epsilon) {
  graph::ExprPool& e = *graph_->exprs;
  const graph::Expr tokens = e.symbol("tokens"), rows = e.symbol("rows");
  const ValueId ids = graph_->add_input("input_ids", {DType::kInt32, graph::Shape{tokens}});
  const bool typed = find(types + ".weight") != nullptr;
  const ValueId type_ids =
      typed ? graph_->add_input("token_type_ids", {DType::kInt32, graph::Shape{tokens}}) : kNoValue;
  row_offsets_ =
      graph_->add_input("row_offsets", {DType::kInt64, graph::Shape{e.add(rows, e.constant(1))}});
  Node node = make_node("EmbedLayerNorm", {ids, type_ids, row_offsets_});
  for (const std::string* table : {&words, &positions, &types}) {
    if (table == &types && !typed) {
      node.inputs.push_back(kNoValue);
      continue;
    }
    INLAY_ASSIGN(const ValueId value, weight(*table + ".weight", 2));
    node.inputs.push_back(value);
  }
  INLAY_ASSIGN(const ValueId gamma, weight(norm + ".weight", 1));
  INLAY_ASSIGN(const ValueId beta, weight(norm + ".bias", 1));
  node.inputs.push_back(gamma);
  node.inputs.push_back(beta);
  node.attributes["epsilon"] = epsilon;
  return add(std::move(node), "embeddings");
}

Result<ValueId> EncoderBuilder::linear(ValueId x, const std::string& name,
                                       const std::string& activation, ValueId residual) {
  INLAY_ASSIGN(const ValueId w, weight(name + ".weight", 2));
  INLAY_ASSIGN(const ValueId b, weight(name + ".bias", 1));
  Node node = make_node("Linear", {x, residual, w, b});
  node.attributes["transposed"] = int64_t{1};
  if (!activation.empty()) node.attributes["activation"] = activation;
  return add(std::move(node), name);
}

Result<std::vector<ValueId>> EncoderBuilder::linears(ValueId x,
                                                     const std::vector<std::string>& names) {
  Node node = make_node("Linear", {x, kNoValue});
  node.attributes["transposed"] = int64_t{1};
  for (const std::string& name : names) {
    INLAY_ASSIGN(const ValueId w, weight(name + ".weight", 2));
    INLAY_ASSIGN(const ValueId b, weight(name + ".bias", 1));
    node.inputs.push_back(w);
    node.inputs.push_back(b);
    node.outputs.push_back(graph_->add_value(name));
  }
  node.name = names.front();
  std::vector<ValueId> outputs = node.outputs;
  graph_->add_node(std::move(node));
  return outputs;
}

Result<ValueId> EncoderBuilder::layer_norm(ValueId x, const std::string& name, float epsilon) {
  // Files made before 2019 call the two vectors gamma and beta.
  const bool old = find(name + ".gamma") != nullptr;
  INLAY_ASSIGN(const ValueId gamma, weight(name + (old ? ".gamma" : ".weight"), 1));
  INLAY_ASSIGN(const ValueId beta, weight(name + (old ? ".beta" : ".bias"), 1));
  Node node = make_node("LayerNorm", {x, kNoValue, gamma, beta});
  node.attributes["epsilon"] = epsilon;
  return add(std::move(node), name);
}

ValueId EncoderBuilder::attention(ValueId q, ValueId k, ValueId v, int64_t heads, float scale) {
  Node node = make_node("RaggedAttention", {q, k, v, row_offsets_});
  node.attributes["heads"] = heads;
  node.attributes["scale"] = scale;
  return add(std::move(node), graph_->value(q).name + ".attention");
}

Result<std::shared_ptr<graph::Graph>> EncoderBuilder::finish(ValueId last_hidden_state) {
  graph_->value(last_hidden_state).name = "last_hidden_state";
  graph_->outputs = {last_hidden_state};
  graph_->metadata["parameters"] = to_text(tensors_.parameter_count());
  return std::move(graph_);
}

}  // namespace inlay::models
