#include "rewrite/make_ragged.h"

#include <algorithm>
#include <cmath>

#include "ops/evaluate.h"
#include "ops/op.h"
#include "rewrite/ragged_translator.h"

namespace inlay::rewrite {

using graph::TensorType;

namespace {

// True when an expression has one of two symbols in it.
bool depends_on(const graph::ExprPool& pool, Expr e, Expr a, Expr b) {
  if (e == a || e == b) return true;
  const graph::ExprPool::Node& node = pool.node(e);
  const auto depends = [&](Expr part) { return depends_on(pool, part, a, b); };
  if (std::any_of(node.args.begin(), node.args.end(), depends)) return true;
  for (const auto& term : node.terms)
    for (const uint32_t atom : term.atoms)
      if (Expr{atom} != e && depends(Expr{atom})) return true;
  return false;
}

TensorRef number_of_type(DType dtype, int64_t number) {
  const auto make = [&]<class T>(T value) {
    return graph::make_tensor(dtype, {}, std::vector<T>{value});
  };
  switch (dtype) {
    case DType::kFloat32: return make(static_cast<float>(number));
    case DType::kInt64: return make(number);
    case DType::kInt32: return make(static_cast<int32_t>(number));
    case DType::kBool:
    case DType::kUint8:
    case DType::kInt8: return make(static_cast<uint8_t>(number));
    default: return nullptr;
  }
}

}  // namespace

double number_of(const TensorRef& tensor) {
  return tensor ? graph::only_element(*tensor).value_or(NAN) : NAN;
}

RaggedTranslator::RaggedTranslator(const graph::Graph& padded)
    : padded_(padded),
      ragged_(std::make_shared<graph::Graph>(std::make_shared<graph::ExprPool>())),
      forms_(padded.values.size(), Refused{"it is not computed"}) {}

Result<RaggedModel> make_ragged(const graph::Graph& padded) {
  return RaggedTranslator(padded).run();
}

Result<RaggedModel> RaggedTranslator::run() {
  INLAY_TRY(find_sizes());
  INLAY_TRY(add_inputs());
  for (size_t i = 0; i < padded_.values.size(); ++i) {
    const auto value = static_cast<ValueId>(i);
    if (padded_.value(value).constant || padded_.value(value).content)
      forms_[i] = initial_form(value);
  }
  for (graph::NodeId id : padded_.order) {
    const Node& node = padded_.node(id);
    if (!node.dead) translate(node);
  }
  RaggedModel model;
  INLAY_TRY(set_outputs(model));
  model.graph = ragged_;
  model.masks = masks_;
  ragged_->name = padded_.name;
  ragged_->metadata = padded_.metadata;
  graph::remove_dead_nodes(*ragged_);
  INLAY_TRY(ops::infer(*ragged_));
  INLAY_TRY(ragged_->check());
  return model;
}

// All inputs are [batch, length] with two symbols.
Status RaggedTranslator::find_sizes() {
  if (padded_.inputs.empty() || !padded_.states.empty() || !padded_.captures.empty())
    return unsupported("expected inputs [batch, length] and no state");
  for (const ValueId input : padded_.inputs) {
    const TensorType& type = padded_.value(input).type;
    const bool fits = type.shape && type.shape->size() == 2 &&
                      sizes().as_symbol((*type.shape)[0]) && sizes().as_symbol((*type.shape)[1]);
    if (!fits || number_of_type(type.dtype, 1) == nullptr)
      return unsupported("input {}: expected [batch, length] of numbers",
                         quote(padded_.value(input).name));
    if (input == padded_.inputs.front()) {
      batch_ = (*type.shape)[0];
      length_ = (*type.shape)[1];
    }
    if (batch_ == length_ || *type.shape != Shape{batch_, length_})
      return unsupported("input {}: expected the same two sizes for all inputs",
                         quote(padded_.value(input).name));
  }
  return Status();
}

// An input that chooses entries of a table holds ids; another one whose elements meet nothing but
// other numbers is a mask.
bool RaggedTranslator::is_mask(ValueId input) const {
  std::vector<bool> reached(padded_.values.size());
  reached[static_cast<size_t>(input)] = true;
  for (const graph::NodeId id : padded_.order) {
    const Node& node = padded_.node(id);
    if (node.dead) continue;
    const auto is_reached = [&](ValueId v) {
      return v != kNoValue && reached[static_cast<size_t>(v)];
    };
    if (node.is("Attention", "inlay") ||
        std::none_of(node.inputs.begin(), node.inputs.end(), is_reached))
      continue;
    if (node.is("CumSum") || (node.is("Gather") && is_reached(node.input(1)))) return false;
    for (const ValueId out : node.outputs)
      if (out != kNoValue) reached[static_cast<size_t>(out)] = true;
  }
  return true;
}

// Ids are int32, as in the graphs of model directories.
Status RaggedTranslator::add_inputs() {
  graph::ExprPool& e = *ragged_->exprs;
  const Shape tokens = {e.symbol("tokens")};
  for (const ValueId input : padded_.inputs) {
    const graph::Value& value = padded_.value(input);
    RaggedForm& form = forms_[static_cast<size_t>(input)];
    if (is_mask(input)) {
      masks_.push_back(value.name);
      form = MaskForm{number_of_type(dtype(input), 1), number_of_type(dtype(input), 0), 1};
      continue;
    }
    if (dtype(input) != DType::kInt64 && dtype(input) != DType::kInt32)
      return unsupported("input {}: expected ids of int32 or int64", quote(value.name));
    tokens_ = ragged_->add_input(value.name, {DType::kInt32, tokens});
    ValueId ids = tokens_;
    if (dtype(input) == DType::kInt64)
      ids =
          emit({"Cast", 13, "", {{"to", static_cast<int64_t>(DType::kInt64)}}}, {ids}, value.name);
    form = TokenRows{ids};
  }
  if (tokens_ == kNoValue) return unsupported("expected an input of ids");
  row_offsets_ = ragged_->add_input("row_offsets",
                                    {DType::kInt64, Shape{e.add(e.symbol("rows"), e.constant(1))}});
  return Status();
}

RaggedForm RaggedTranslator::initial_form(ValueId value) {
  const graph::Value& known = padded_.value(value);
  if (known.constant) return Common{ragged_->add_constant(known.name, known.constant)};
  if (TensorRef numbers = ops::tensor_of(sizes(), known))
    return Common{ragged_->add_constant(known.name, std::move(numbers))};
  return Sizes{};
}

bool RaggedTranslator::has_shapes(const Node& node) const {
  const auto has_shape = [&](ValueId v) { return v == kNoValue || padded_.value(v).type.shape; };
  return std::all_of(node.inputs.begin(), node.inputs.end(), has_shape) &&
         std::all_of(node.outputs.begin(), node.outputs.end(), has_shape);
}

bool RaggedTranslator::all_common(const Node& node) const {
  const auto is_common = [&](ValueId v) { return v == kNoValue || form_as<Common>(v); };
  const auto is_plain = [&](ValueId v) { return v == kNoValue || is_fixed(shape(v)); };
  return std::all_of(node.inputs.begin(), node.inputs.end(), is_common) &&
         std::all_of(node.outputs.begin(), node.outputs.end(), is_plain);
}

void RaggedTranslator::translate(const Node& node) {
  RaggedForms forms;
  const auto settle = [&](RaggedForm form) { forms.assign(node.outputs.size(), std::move(form)); };
  const auto refused = std::find_if(node.inputs.begin(), node.inputs.end(),
                                    [&](ValueId v) { return form_as<Refused>(v) != nullptr; });
  if (refused != node.inputs.end()) {
    settle(form(*refused));
  } else if (!has_shapes(node)) {
    settle(Refused{format("{}: its rank is not known", describe(padded_, node))});
  } else if (all_common(node)) {
    for (const ValueId out : copy(node, [&] {
           std::vector<ValueId> inputs;
           for (const ValueId v : node.inputs)
             inputs.push_back(v == kNoValue ? kNoValue : form_as<Common>(v)->value);
           return inputs;
         }()))
      forms.push_back(Common{out});
  } else {
    RaggedRule rule = nullptr;
    for (const auto find : {elementwise_rule, layer_rule, shape_rule, reduction_rule})
      if (!rule) rule = find(node);
    if (auto distances = distance_form(*this, node))
      forms = {std::move(*distances)};
    else
      forms = rule ? rule(*this, node) : RaggedForms{Refused{"it may mix texts"}};
    forms.resize(node.outputs.size(), forms.front());
    for (RaggedForm& form : forms)
      if (auto* no = std::get_if<Refused>(&form))
        no->why = format("{}: {}", describe(padded_, node), no->why);
  }
  for (size_t i = 0; i < forms.size(); ++i) {
    const ValueId out = node.outputs[i];
    if (out != kNoValue && !padded_.value(out).content)
      forms_[static_cast<size_t>(out)] = std::move(forms[i]);
  }
}

Status RaggedTranslator::set_outputs(RaggedModel& model) const {
  for (const ValueId output : padded_.outputs) {
    const RaggedForm& found = form(output);
    ValueId made = kNoValue;
    if (const auto* tokens = std::get_if<TokenRows>(&found); tokens && tokens->length_axis == 1) {
      made = tokens->value;
      model.token_outputs.push_back(padded_.value(output).name);
    } else if (const auto* texts = std::get_if<TextRows>(&found)) {
      made = texts->value;
    } else if (const auto* refused = std::get_if<Refused>(&found)) {
      return unsupported("{}", refused->why);
    } else {
      return unsupported("output {}: expected a row a token or a row a text",
                         quote(padded_.value(output).name));
    }
    ragged_->value(made).name = padded_.value(output).name;
    ragged_->outputs.push_back(made);
  }
  return Status();
}

// ---- the padded graph ---------------------------------------------------------------------------

bool RaggedTranslator::is_length(Expr e) const {
  if (e == length_) return true;
  const graph::ExprPool::Node& node = sizes().node(e);
  if (node.kind != graph::ExprPool::Kind::kMin || node.args.size() != 2) return false;
  const Expr a = node.args[0], b = node.args[1];
  return (a == length_ && sizes().value(b)) || (b == length_ && sizes().value(a));
}

bool RaggedTranslator::is_fixed(const Shape& shape) const {
  return std::none_of(shape.begin(), shape.end(),
                      [&](Expr e) { return depends_on(sizes(), e, batch_, length_); });
}

std::optional<std::vector<int64_t>> RaggedTranslator::fixed_sizes(const Shape& shape,
                                                                  size_t begin) const {
  std::vector<int64_t> out;
  for (size_t i = begin; i < shape.size(); ++i) {
    const auto size = sizes().value(shape[i]);
    if (!size) return {};
    out.push_back(*size);
  }
  return out;
}

TensorRef RaggedTranslator::scalar(ValueId value) const {
  const auto* common = form_as<Common>(value);
  const TensorRef tensor = common ? ragged_->value(common->value).constant : nullptr;
  if (!tensor || tensor->count() != 1) return nullptr;
  auto out = std::make_shared<graph::Tensor>(*tensor);
  out->shape.clear();
  return out;
}

// ---- the ragged graph ---------------------------------------------------------------------------

std::optional<ValueId> RaggedTranslator::common_for_tokens(ValueId value, size_t rank) {
  const Shape& sizes_here = shape(value);
  const ValueId common = form_as<Common>(value)->value;
  if (sizes_here.size() + 2 <= rank) return common;
  for (size_t i = 0; i < sizes_here.size() + 2 - rank; ++i)
    if (!is_one(sizes_here[i])) return {};
  if (sizes_here.size() < rank) return common;
  const auto rest = fixed_sizes(sizes_here, 1);
  if (!rest) return {};
  return emit({"Reshape", 14}, {common, integers("sizes", *rest)}, padded_.value(value).name);
}

ValueId RaggedTranslator::positions() {
  if (positions_ == kNoValue)
    positions_ = emit({"RaggedPositions", 1, "inlay"}, {tokens_, row_offsets_}, "positions");
  return positions_;
}

ValueId RaggedTranslator::first_tokens() {
  if (first_ == kNoValue)
    first_ = emit({"Slice", 13}, {row_offsets_, integers("starts", {0}), integers("ends", {-1})},
                  "first_tokens");
  return first_;
}

ValueId RaggedTranslator::lengths() {
  if (lengths_ == kNoValue) {
    const ValueId ends =
        emit({"Slice", 13}, {row_offsets_, integers("starts", {1}), integers("ends", {INT64_MAX})},
             "row_ends");
    lengths_ = emit({"Sub", 14}, {ends, first_tokens()}, "row_lengths");
  }
  return lengths_;
}

ValueId RaggedTranslator::distances() {
  if (distances_ != kNoValue) return distances_;
  const auto number = [&](int64_t value) {
    return constant("number", graph::make_tensor(DType::kInt64, {}, std::vector{value}));
  };
  const ValueId most =
      emit({"ReduceMax", 18, "", {{"keepdims", int64_t{0}}}}, {lengths()}, "longest");
  const ValueId longest = emit({"Max", 13}, {most, number(1)}, "longest");
  const ValueId first = emit({"Sub", 14}, {number(1), longest}, "first_distance");
  distances_ = emit({"Range", 11}, {first, longest, number(1)}, "distances");
  return distances_;
}

ValueId RaggedTranslator::constant(std::string_view name, TensorRef tensor) {
  return ragged_->add_constant(std::string(name), std::move(tensor));
}

ValueId RaggedTranslator::integers(std::string_view name, const std::vector<int64_t>& values) {
  return constant(name,
                  graph::make_tensor(DType::kInt64, {static_cast<int64_t>(values.size())}, values));
}

ValueId RaggedTranslator::emit(Op op, std::vector<ValueId> inputs, std::string_view name) {
  Node node;
  node.op_type = op.type;
  node.domain = op.domain;
  node.version = op.version;
  node.name = name;
  node.attributes = std::move(op.attributes);
  node.inputs = std::move(inputs);
  const ValueId out = ragged_->add_value(std::string(name));
  node.outputs = {out};
  ragged_->add_node(std::move(node));
  return out;
}

std::vector<ValueId> RaggedTranslator::copy(const Node& node, std::vector<ValueId> inputs) {
  Node made = node;
  made.inputs = std::move(inputs);
  for (ValueId& out : made.outputs)
    if (out != kNoValue) out = ragged_->add_value(padded_.value(out).name);
  std::vector<ValueId> outputs = made.outputs;
  ragged_->add_node(std::move(made));
  return outputs;
}

ValueId RaggedTranslator::reshape(ValueId rows, const std::vector<int64_t>& rest,
                                  std::string_view name) {
  std::vector<int64_t> sizes_behind = {0};  // as many rows as there are
  sizes_behind.insert(sizes_behind.end(), rest.begin(), rest.end());
  return emit({"Reshape", 14}, {rows, integers("sizes", sizes_behind)}, name);
}

}  // namespace inlay::rewrite
