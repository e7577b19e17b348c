// Nodes whose output elements depend on the input elements at their own place: they keep texts and
// tokens apart as long as their inputs' axes lie over each other.
#include <algorithm>
#include <cmath>

#include "ops/evaluate.h"
#include "ops/op.h"
#include "rewrite/ragged_translator.h"

namespace inlay::rewrite {
namespace {

constexpr std::string_view kElementwise[] = {
    "Abs",         "Add",       "And",         "Cast",       "Ceil",
    "Clip",        "Div",       "Elu",         "Equal",      "Erf",
    "Exp",         "Floor",     "Gelu",        "Greater",    "GreaterOrEqual",
    "HardSigmoid", "HardSwish", "Identity",    "IsInf",      "IsNaN",
    "LeakyRelu",   "Less",      "LessOrEqual", "Log",        "Max",
    "Min",         "Mish",      "Mod",         "Mul",        "Neg",
    "Not",         "Or",        "Pow",         "Reciprocal", "Relu",
    "Round",       "Selu",      "Sigmoid",     "Sign",       "Softplus",
    "Sqrt",        "Sub",       "Swish",       "Tanh",       "Where",
    "Xor"};

// The node's result for numbers; null where it has none.
TensorRef evaluate_numbers(const Node& node, const std::vector<TensorRef>& inputs) {
  graph::Graph scratch(std::make_shared<graph::ExprPool>());
  Node made = node;
  for (size_t i = 0; i < inputs.size(); ++i)
    if (made.inputs[i] != kNoValue) made.inputs[i] = scratch.add_constant("number", inputs[i]);
  made.outputs = {scratch.add_value("result")};
  const graph::NodeId id = scratch.add_node(std::move(made));
  if (!ops::infer(scratch).ok()) return nullptr;
  auto out = ops::evaluate(scratch, scratch.node(id), inputs);
  return out.ok() ? out->front() : nullptr;
}

// An input as a function of the mask; none for one that is more.
std::optional<MaskForm> as_mask(RaggedTranslator& t, ValueId value) {
  if (const auto* mask = t.form_as<MaskForm>(value)) return *mask;
  const TensorRef scalar = t.scalar(value);
  if (!scalar) return {};
  return MaskForm{scalar, scalar, 0};
}

// Of masks and numbers. Where one mask lies along queries and one along keys, what it says of
// padded queries does not matter: nobody reads those.
RaggedForm mask_result(RaggedTranslator& t, const Node& node) {
  std::vector<MaskForm> masks;
  int keys = 0;
  for (const ValueId input : node.inputs) {
    const auto mask = input == kNoValue ? MaskForm{nullptr, nullptr, 0} : as_mask(t, input);
    if (!mask) return Refused{"it meets a mask with something that is no number"};
    masks.push_back(*mask);
    if (mask->from_end > 0) keys = keys == 0 ? mask->from_end : std::min(keys, mask->from_end);
  }
  std::vector<TensorRef> at_tokens, at_padding;
  for (const MaskForm& mask : masks) {
    const bool along_queries = mask.from_end == keys + 1 && keys == 1;
    if (mask.from_end > 0 && mask.from_end != keys && !along_queries)
      return Refused{"it meets masks along different axes"};
    at_tokens.push_back(mask.at_tokens);
    at_padding.push_back(along_queries ? mask.at_tokens : mask.at_padding);
  }
  MaskForm out{evaluate_numbers(node, at_tokens), evaluate_numbers(node, at_padding), keys};
  if (!out.at_tokens || !out.at_padding) return Refused{"its result for a mask is not known"};
  return out;
}

// What an input holds at padded places; null where that is not one number.
TensorRef at_padding(RaggedTranslator& t, ValueId input) {
  if (const auto* mask = t.form_as<MaskForm>(input)) return mask->at_padding;
  if (const auto* tokens = t.form_as<TokenRows>(input)) return tokens->at_padding;
  return t.scalar(input);
}

// The same of the result, which may be one number although not all inputs are.
TensorRef result_at_padding(RaggedTranslator& t, const Node& node) {
  std::vector<TensorRef> numbers;
  bool all = true;
  for (const ValueId input : node.inputs) {
    numbers.push_back(input == kNoValue ? nullptr : at_padding(t, input));
    all &= input == kNoValue || numbers.back() != nullptr;
  }
  if (all) return evaluate_numbers(node, numbers);
  if (node.is("Mul"))
    for (const TensorRef& factor : numbers)
      if (number_of(factor) == 0) return factor;
  if (!node.is("Where") || std::isnan(number_of(numbers[0]))) return nullptr;
  return number_of(numbers[0]) != 0 ? numbers[1] : numbers[2];
}

// Whether a node only changes the type of integers.
bool keeps_integers(RaggedTranslator& t, const Node& node) {
  return node.is("Identity") || (node.is("Cast") && graph::is_integer(t.dtype(node.output(0))) &&
                                 graph::dtype_bytes(t.dtype(node.output(0))) >= 4);
}

RaggedForm token_result(RaggedTranslator& t, const Node& node) {
  const size_t rank = t.shape(node.output(0)).size();
  std::vector<ValueId> inputs;
  for (const ValueId input : node.inputs) {
    ValueId made = kNoValue;
    if (const auto* tokens = t.form_as<TokenRows>(input)) {
      if (rank - t.shape(input).size() + static_cast<size_t>(tokens->length_axis) != 1)
        return Refused{"it meets tokens with another axis"};
      made = tokens->value;
    } else if (const auto* mask = t.form_as<MaskForm>(input)) {
      if (mask->from_end != 0 && rank - static_cast<size_t>(mask->from_end) != 1)
        return Refused{"it meets tokens with a mask along another axis"};
      made = t.constant("at_tokens", mask->at_tokens);
    } else if (t.form_as<Common>(input)) {
      const auto common = t.common_for_tokens(input, rank);
      if (!common) return Refused{"it meets tokens with what differs by their place"};
      made = *common;
    } else if (input != kNoValue) {
      return Refused{"it meets tokens with texts or sizes"};
    }
    inputs.push_back(made);
  }
  TensorRef padding = result_at_padding(t, node);
  const auto* first = t.form_as<TokenRows>(node.input(0));
  const bool places = first && first->places && keeps_integers(t, node);
  return TokenRows{t.copy(node, std::move(inputs)).front(), 1, std::move(padding), places};
}

// True where a token's place lies before the end of its text, as masks that are given as lengths are
// spelled: for keys, as nobody reads what it says of padded queries.
std::optional<MaskForm> keys_before_ends(RaggedTranslator& t, const Node& node) {
  if (!node.is("Less") && !node.is("Greater")) return {};
  const bool turned = node.is("Greater");
  const auto* places = t.form_as<TokenRows>(node.input(turned ? 1 : 0));
  const auto* lengths = t.form_as<TextRows>(node.input(turned ? 0 : 1));
  const Shape& out = t.shape(node.output(0));
  if (!places || !places->places || !lengths || !lengths->lengths || out.size() != 2 ||
      !t.is_batch(out[0]) || !t.is_length(out[1]))
    return {};
  const auto truth = [](bool value) {
    return graph::make_tensor(DType::kBool, {}, std::vector<uint8_t>{value});
  };
  return MaskForm{truth(true), truth(false), 1};
}

// Tokens without a batch axis, [length, ...], with numbers.
RaggedForm place_result(RaggedTranslator& t, const Node& node) {
  std::vector<ValueId> inputs;
  for (const ValueId input : node.inputs) {
    const auto* tokens = t.form_as<TokenRows>(input);
    const auto* common = t.form_as<Common>(input);
    const bool fits = (tokens && tokens->length_axis == 0) || (common && t.scalar(input));
    if (input != kNoValue && !fits) return Refused{"it meets places with something else"};
    inputs.push_back(tokens ? tokens->value : common ? common->value : kNoValue);
  }
  const auto* first = t.form_as<TokenRows>(node.input(0));
  const bool places = first && first->places && keeps_integers(t, node);
  return TokenRows{t.copy(node, std::move(inputs)).front(), 0, nullptr, places};
}

RaggedForm text_result(RaggedTranslator& t, const Node& node) {
  const Shape& out = t.shape(node.output(0));
  std::vector<ValueId> inputs;
  for (const ValueId input : node.inputs) {
    const auto* texts = t.form_as<TextRows>(input);
    const auto* common = t.form_as<Common>(input);
    if (input != kNoValue && !texts && !common) return Refused{"it meets texts with tokens"};
    if (texts && t.shape(input).size() != out.size())
      return Refused{"it meets texts with another axis"};
    if (common && t.shape(input).size() == out.size() && !t.is_one(t.shape(input)[0]))
      return Refused{"it meets texts with what differs by their place"};
    inputs.push_back(texts ? texts->value : common ? common->value : kNoValue);
  }
  const auto* first = t.form_as<TextRows>(node.input(0));
  const bool lengths = first && first->lengths && keeps_integers(t, node);
  return TextRows{t.copy(node, std::move(inputs)).front(), lengths};
}

RaggedForms elementwise(RaggedTranslator& t, const Node& node) {
  const auto has = [&]<class Form>(std::type_identity<Form>) {
    return std::any_of(node.inputs.begin(), node.inputs.end(),
                       [&](ValueId v) { return t.form_as<Form>(v) != nullptr; });
  };
  if (const auto mask = keys_before_ends(t, node)) return {*mask};
  if (has(std::type_identity<TokenRows>())) {
    const Shape& out = t.shape(node.output(0));
    const bool batched = out.size() >= 2 && t.is_batch_or_one(out[0]) && t.is_length(out[1]);
    if (batched) return {token_result(t, node)};
    return {place_result(t, node)};
  }
  if (has(std::type_identity<TextRows>())) return {text_result(t, node)};
  if (has(std::type_identity<MaskForm>())) return {mask_result(t, node)};
  return {Refused{"it computes sizes"}};
}

}  // namespace

RaggedRule elementwise_rule(const Node& node) {
  const bool known = node.domain.empty() &&
                     std::find(std::begin(kElementwise), std::end(kElementwise), node.op_type) !=
                         std::end(kElementwise);
  return known ? elementwise : nullptr;
}

}  // namespace inlay::rewrite
