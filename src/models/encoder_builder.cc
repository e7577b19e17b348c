#include "models/encoder_builder.h"

#include <algorithm>

#include "models/classification_head.h"

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

// Distances of more than this are an error in a file, not a model.
constexpr int64_t kMaxBiasSpan = 1 << 20;

// The first half of the buckets count one by one, the others grow by a constant factor (Raffel et al.
// 2020, appendix of the code; in float32 as there).
int64_t bucket_of(int64_t distance, int64_t buckets, int64_t max_distance) {
  const int64_t exact = buckets / 2;
  if (distance < exact) return distance;
  const float position =
      std::log(static_cast<float>(distance) / static_cast<float>(exact)) /
      static_cast<float>(std::log(static_cast<double>(max_distance) / static_cast<double>(exact))) *
      static_cast<float>(buckets - exact);
  return std::min(exact + static_cast<int64_t>(position), buckets - 1);
}

std::string sizes_text(const std::vector<int64_t>& shape) {
  std::string out;
  for (const int64_t size : shape) out += (out.empty() ? "[" : ", ") + to_text(size);
  return out.empty() ? "[]" : out + "]";
}

}  // namespace

Result<std::string> activation_name(json::Value place, std::string_view hidden_act) {
  for (const NamedActivation& known : kActivations)
    if (known.hugging_face == hidden_act) return std::string(known.linear);
  return place.error(format("activation {} is not supported", quote(hidden_act)));
}

Result<EncoderBuilder> EncoderBuilder::open(const HfDirectory& directory, FileAccess access,
                                            std::initializer_list<std::string_view> prefixes,
                                            std::string_view probe) {
  EncoderBuilder builder;
  builder.config_ = directory.config.root();
  INLAY_ASSIGN(builder.weights_, WeightFiles::open(directory.encoder_path(), access));
  for (std::string_view prefix : prefixes)
    if (builder.weights_->find(std::string(prefix) + std::string(probe))) {
      builder.prefix_ = prefix;
      break;
    }
  builder.graph_ = std::make_shared<graph::Graph>(std::make_shared<graph::ExprPool>());
  return builder;
}

graph::TensorRef EncoderBuilder::find(const std::string& name) const {
  graph::TensorRef found = weights_->find(prefix_ + name);
  return found || prefix_.empty() ? found : weights_->find(name);
}

Result<graph::TensorRef> EncoderBuilder::tensor(const std::string& name, size_t rank) const {
  const graph::TensorRef found = find(name);
  const std::string& path = weights_->path();
  if (!found) return not_found("{}: expected a tensor {}", path, quote(prefix_ + name));
  if (found->shape.size() != rank)
    return corrupt("{}: {}: expected {} dimensions, found {}", path, quote(prefix_ + name), rank,
                   found->shape.size());
  if (found->dtype != DType::kFloat32 && found->dtype != DType::kFloat16 &&
      found->dtype != DType::kBfloat16)
    return unsupported("{}: {}: expected float32, float16 or bfloat16, found {}", path,
                       quote(prefix_ + name), graph::dtype_text(found->dtype));
  return found;
}

Result<ValueId> EncoderBuilder::weight(const std::string& name, size_t rank) {
  INLAY_ASSIGN(const graph::TensorRef found, tensor(name, rank));
  return graph_->add_constant(prefix_ + name, found);
}

Status EncoderBuilder::expect_shape(const std::string& name,
                                    const std::vector<int64_t>& shape) const {
  const graph::TensorRef tensor = find(name);
  if (!tensor || tensor->shape == shape) return Status();
  return corrupt("{}: {}: expected {} as config.json says, found {}", weights_->path(),
                 quote(prefix_ + name), sizes_text(shape), sizes_text(tensor->shape));
}

Status EncoderBuilder::expect_rows(const std::string& name, int64_t rows) const {
  INLAY_ASSIGN(const graph::TensorRef found, tensor(name, 2));
  if (found->shape[0] == rows) return Status();
  return corrupt("{}: {}: expected {} rows as config.json says, found {}", weights_->path(),
                 quote(name), rows, found->shape[0]);
}

Result<ValueId> EncoderBuilder::vector(const std::string& name) {
  INLAY_ASSIGN(graph::TensorRef stored, tensor(name, 1));
  if (stored->dtype != DType::kFloat32) {
    const std::vector<double> elements = *graph::float_elements(*stored);
    stored = graph::make_tensor(DType::kFloat32, stored->shape,
                                std::vector<float>(elements.begin(), elements.end()));
  }
  return graph_->add_constant(prefix_ + name, stored);
}

ValueId EncoderBuilder::add(Node node, const std::string& output) {
  const ValueId value = graph_->add_value(output);
  node.name = output;
  node.outputs = {value};
  graph_->add_node(std::move(node));
  return value;
}

Result<ValueId> EncoderBuilder::embed(const EmbeddingNames& names, float epsilon,
                                      int64_t position_offset) {
  graph::ExprPool& e = *graph_->exprs;
  const graph::Expr tokens = tokens_ = e.symbol("tokens"), rows = e.symbol("rows");
  const ValueId ids = graph_->add_input("input_ids", {DType::kInt32, graph::Shape{tokens}});
  const bool typed = find(names.types + ".weight") != nullptr;
  const ValueId type_ids =
      typed ? graph_->add_input("token_type_ids", {DType::kInt32, graph::Shape{tokens}}) : kNoValue;
  row_offsets_ =
      graph_->add_input("row_offsets", {DType::kInt64, graph::Shape{e.add(rows, e.constant(1))}});
  const bool bare = has(names.words) && !has(names.words + ".weight");
  INLAY_ASSIGN(const ValueId words, weight(bare ? names.words : names.words + ".weight", 2));
  ValueId positions = kNoValue, types = kNoValue;
  if (!names.positions.empty()) {
    INLAY_ASSIGN(positions, weight(names.positions + ".weight", 2));
  }
  if (typed) {
    INLAY_ASSIGN(types, weight(names.types + ".weight", 2));
  }
  NormWeights norm = {kNoValue, kNoValue};
  if (!names.norm.empty()) {
    INLAY_ASSIGN(norm, norm_weights(names.norm));
  }
  Node node = make_node("EmbedLayerNorm", {ids, type_ids, row_offsets_, words, positions, types,
                                           norm.gamma, norm.beta});
  node.attributes["epsilon"] = epsilon;
  node.attributes["position_offset"] = position_offset;
  return add(std::move(node), "embeddings");
}

EncoderBuilder::Weights EncoderBuilder::weights_of(const std::vector<std::string>& names,
                                                   bool biased) {
  Weights out{{}, biased};
  for (const std::string& name : names) out.parts.push_back({name, 0, -1});
  return out;
}

Result<ValueId> EncoderBuilder::matrix(const Part& part) {
  if (part.count < 0) return weight(part.name + ".weight", 2);
  INLAY_ASSIGN(const graph::TensorRef whole, tensor(part.name + ".weight", 2));
  auto rows = std::make_shared<graph::Tensor>(*whole);
  const int64_t row_bytes = whole->shape[1] * graph::dtype_bytes(whole->dtype);
  rows->shape[0] = part.count;
  rows->data = whole->data.subspan(static_cast<size_t>(part.begin * row_bytes),
                                   static_cast<size_t>(part.count * row_bytes));
  return graph_->add_constant(format("{}[{}]", part.name, part.begin), std::move(rows));
}

// How many rows each of so many equal parts of a matrix has.
Result<int64_t> EncoderBuilder::rows_of(const std::string& name, int64_t parts) {
  INLAY_ASSIGN(const graph::TensorRef whole, tensor(name + ".weight", 2));
  const int64_t rows = whole->shape[0];
  if (rows % parts == 0) return rows / parts;
  return corrupt("{}: {}: expected rows for {} equal parts, found {}", weights_->path(),
                 quote(prefix_ + name), parts, rows);
}

Result<std::vector<ValueId>> EncoderBuilder::add_linear(ValueId x, const Weights& weights,
                                                        const std::string& activation,
                                                        ValueId residual) {
  Node node = make_node("Linear", {x, residual});
  node.name = weights.parts.front().name;
  node.attributes["transposed"] = int64_t{1};
  if (!activation.empty()) node.attributes["activation"] = activation;
  for (const Part& part : weights.parts) {
    INLAY_ASSIGN(const ValueId w, matrix(part));
    ValueId b = kNoValue;
    if (weights.biased) {
      INLAY_ASSIGN(b, weight(part.name + ".bias", 1));
    }
    node.inputs.insert(node.inputs.end(), {w, b});
    node.outputs.push_back(graph_->add_value(part.name));
  }
  std::vector<ValueId> outputs = node.outputs;
  graph_->add_node(std::move(node));
  return outputs;
}

Result<ValueId> EncoderBuilder::linear(ValueId x, const std::string& name,
                                       const std::string& activation, ValueId residual) {
  INLAY_ASSIGN(const auto made, add_linear(x, weights_of({name}, true), activation, residual));
  return made[0];
}

Result<std::vector<ValueId>> EncoderBuilder::linears(ValueId x,
                                                     const std::vector<std::string>& names) {
  return add_linear(x, weights_of(names, true), "", kNoValue);
}

Result<ValueId> EncoderBuilder::product(ValueId x, const std::string& name,
                                        const std::string& activation, ValueId residual) {
  INLAY_ASSIGN(const auto made, add_linear(x, weights_of({name}, false), activation, residual));
  return made[0];
}

Result<std::vector<ValueId>> EncoderBuilder::products(ValueId x,
                                                      const std::vector<std::string>& names) {
  return add_linear(x, weights_of(names, false), "", kNoValue);
}

Result<std::vector<ValueId>> EncoderBuilder::split_products(ValueId x, const std::string& name,
                                                            int64_t parts) {
  INLAY_ASSIGN(const int64_t rows, rows_of(name, parts));
  Weights weights{{}, false};
  for (int64_t i = 0; i < parts; ++i) weights.parts.push_back({name, i * rows, rows});
  return add_linear(x, weights, "", kNoValue);
}

Result<ValueId> EncoderBuilder::gated(ValueId x, const std::string& name,
                                      const std::string& activation) {
  INLAY_ASSIGN(const int64_t rows, rows_of(name, 2));
  INLAY_ASSIGN(const auto a, add_linear(x, {{{name, 0, rows}}, false}, activation, kNoValue));
  INLAY_ASSIGN(const auto b, add_linear(x, {{{name, rows, rows}}, false}, "", kNoValue));
  return multiply(a[0], b[0]);
}

Result<ValueId> EncoderBuilder::gated(ValueId x, const std::string& activated,
                                      const std::string& gate, const std::string& activation) {
  INLAY_ASSIGN(const ValueId a, product(x, activated, activation));
  INLAY_ASSIGN(const ValueId b, product(x, gate));
  return multiply(a, b);
}

ValueId EncoderBuilder::multiply(ValueId a, ValueId b) {
  Node node;
  node.op_type = "Mul";
  node.version = 14;
  node.inputs = {a, b};
  return add(std::move(node), graph_->value(a).name + ".gated");
}

Result<EncoderBuilder::NormWeights> EncoderBuilder::norm_weights(const std::string& name) {
  // Files made before 2019 call the two vectors gamma and beta.
  const bool old = find(name + ".gamma") != nullptr;
  NormWeights out = {kNoValue, kNoValue};
  INLAY_ASSIGN(out.gamma, vector(name + (old ? ".gamma" : ".weight")));
  if (norm_bias_) {
    INLAY_ASSIGN(out.beta, vector(name + (old ? ".beta" : ".bias")));
  }
  return out;
}

Result<ValueId> EncoderBuilder::layer_norm(ValueId x, const std::string& name, float epsilon) {
  INLAY_ASSIGN(const NormWeights norm, norm_weights(name));
  Node node = make_node("LayerNorm", {x, kNoValue, norm.gamma, norm.beta});
  node.attributes["epsilon"] = epsilon;
  return add(std::move(node), name);
}

Result<ValueId> EncoderBuilder::rms_norm(ValueId x, const std::string& name, float epsilon) {
  INLAY_ASSIGN(const ValueId gamma, vector(name + ".weight"));
  Node node = make_node("LayerNorm", {x, kNoValue, gamma});
  node.attributes["epsilon"] = epsilon;
  node.attributes["rms"] = int64_t{1};
  return add(std::move(node), name);
}

ValueId EncoderBuilder::rotary(ValueId x, int64_t heads, float theta) {
  Node node = make_node("RaggedRotary", {x, row_offsets_});
  node.attributes["heads"] = heads;
  node.attributes["theta"] = theta;
  return add(std::move(node), graph_->value(x).name + ".rotary");
}

ValueId EncoderBuilder::attention(ValueId q, ValueId k, ValueId v, const AttentionTerms& terms) {
  Node node = make_node("RaggedAttention", {q, k, v, row_offsets_, terms.relative_bias,
                                            terms.relative_keys, terms.relative_queries});
  while (node.inputs.back() == kNoValue) node.inputs.pop_back();
  node.attributes["heads"] = terms.heads;
  node.attributes["scale"] = terms.scale;
  node.attributes["window"] = terms.window;
  node.attributes["buckets"] = terms.buckets;
  node.attributes["max_distance"] = terms.max_distance;
  return add(std::move(node), graph_->value(q).name + ".attention");
}

ValueId EncoderBuilder::add_bias(const std::string& name, int64_t heads, int64_t span,
                                 const std::vector<float>& elements) {
  return graph_->add_constant(name,
                              graph::make_tensor(DType::kFloat32, {heads, 2 * span - 1}, elements));
}

Result<ValueId> EncoderBuilder::bucketed_bias(const std::string& name, int64_t heads,
                                              int64_t max_distance) {
  INLAY_ASSIGN(const graph::TensorRef table, tensor(name + ".weight", 2));
  const int64_t buckets = table->shape[0], half = buckets / 2;
  if (table->shape[1] != heads || buckets % 2 != 0 || half < 2 || max_distance <= half / 2 ||
      max_distance > kMaxBiasSpan)
    return corrupt("{}: {}: expected an even number of buckets for {} heads, found {} by {}",
                   weights_->path(), quote(prefix_ + name), heads, buckets, table->shape[1]);
  const std::vector<double> elements = *graph::float_elements(*table);
  return bias_by_distance(name, heads, max_distance + 1, [&](int64_t head, int64_t distance) {
    const int64_t bucket =
        (distance > 0 ? half : 0) + bucket_of(std::abs(distance), half, max_distance);
    return static_cast<float>(elements[static_cast<size_t>(bucket * heads + head)]);
  });
}

ValueId EncoderBuilder::size_value(const std::string& name, graph::Expr size) {
  const ValueId value =
      graph_->add_value(name, {DType::kInt64, graph::Shape{graph_->exprs->constant(1)}});
  graph_->value(value).content = {size};
  return value;
}

Result<ValueId> EncoderBuilder::distance_rows(const std::string& name, int64_t span) {
  INLAY_ASSIGN(const ValueId table, weight(name + ".weight", 2));
  const graph::TensorRef stored = graph_->value(table).constant;
  if (stored->shape[0] != 2 * span)
    return corrupt("{}: {}: expected {} rows as config.json says, found {}", weights_->path(),
                   quote(prefix_ + name), 2 * span, stored->shape[0]);
  graph::ExprPool& e = *graph_->exprs;
  const graph::Expr middle = e.constant(span), reach = e.min(middle, tokens_);
  Node slice;
  slice.op_type = "Slice";
  slice.version = 13;
  slice.inputs = {table, size_value(name + ".begin", e.sub(middle, reach)),
                  size_value(name + ".end", e.add(middle, reach))};
  const bool narrow = stored->dtype != DType::kFloat32;
  const ValueId rows = add(std::move(slice), name + ".rows");
  if (!narrow) return rows;
  Node cast;
  cast.op_type = "Cast";
  cast.version = 13;
  cast.inputs = {rows};
  cast.attributes["to"] = int64_t{1};  // float32
  return add(std::move(cast), name + ".wide");
}

ValueId EncoderBuilder::pooled(ValueId x, const std::string& mode) {
  Node node = make_node("RaggedReduce", {x, row_offsets_});
  node.attributes["mode"] = mode;
  return add(std::move(node), "pooled");
}

Status EncoderBuilder::add_head(ValueId hidden) {
  INLAY_ASSIGN(const ClassificationHead head, read_classification_head(config_));
  if (head.kind == ClassificationHead::Kind::kNone) return Status();
  INLAY_ASSIGN(const ValueId logits, build_classification_head(*this, config_, head, hidden));
  graph_->value(logits).name = "logits";
  graph_->outputs.push_back(logits);
  const bool text = head.kind == ClassificationHead::Kind::kText;
  graph_->metadata["head"] = text ? "text classification" : "token classification";
  std::string labels;
  for (const std::string& label : head.labels) labels += (labels.empty() ? "" : ", ") + label;
  graph_->metadata["labels"] = labels;
  return Status();
}

Result<std::shared_ptr<graph::Graph>> EncoderBuilder::finish(ValueId last_hidden_state) {
  graph_->value(last_hidden_state).name = "last_hidden_state";
  graph_->outputs = {last_hidden_state};
  INLAY_TRY(add_head(last_hidden_state));
  graph_->metadata["parameters"] = to_text(weights_->parameter_count());
  return std::move(graph_);
}

}  // namespace inlay::models
