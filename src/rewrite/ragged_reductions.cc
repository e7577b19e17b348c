// Sums and maxima over the tokens of a text, to which padding adds nothing, and running sums.
#include "ops/arguments.h"
#include "rewrite/ragged_translator.h"

namespace inlay::rewrite {
namespace {

// Below what a model's numbers are: a maximum over tokens does not see it.
constexpr double kLowest = -1000;

// A number a text as the padded output has its sizes: [rows], repeated over the others.
RaggedForm spread(RaggedTranslator& t, const Node& node, ValueId rows, bool lengths) {
  const auto rest = t.fixed_sizes(t.shape(node.output(0)), 1);
  if (!rest) return Refused{"its sizes are not fixed"};
  const std::string_view name = t.padded().value(node.output(0)).name;
  const ValueId thin = t.reshape(rows, std::vector<int64_t>(rest->size(), 1), name);
  std::vector<int64_t> wide = {1};
  wide.insert(wide.end(), rest->begin(), rest->end());
  return TextRows{t.emit({"Expand", 13}, {thin, t.integers("sizes", wide)}, name), lengths};
}

// The sum of a mask along the tokens: how many there are, times what it is for them.
RaggedForm sum_of_mask(RaggedTranslator& t, const Node& node, const MaskForm& mask) {
  if (number_of(mask.at_padding) != 0) return Refused{"padding adds to its sum"};
  const auto to = static_cast<int64_t>(t.dtype(node.output(0)));
  const ValueId count = t.emit({"Cast", 13, "", {{"to", to}}}, {t.lengths()}, "lengths");
  const ValueId sum =
      t.emit({"Mul", 14}, {count, t.constant("at_tokens", mask.at_tokens)}, "lengths");
  return spread(t, node, sum, number_of(mask.at_tokens) == 1);
}

// How a reduction is spelled for a ragged batch; empty where padding would change it.
std::string_view mode_of(RaggedTranslator& t, const Node& node, const TokenRows& tokens) {
  if (node.is("ReduceSum")) return number_of(tokens.at_padding) == 0 || !t.has_masks() ? "sum" : "";
  if (node.is("ReduceMax"))
    return number_of(tokens.at_padding) <= kLowest || !t.has_masks() ? "max" : "";
  return node.is("ReduceMean") && !t.has_masks() ? "mean" : "";
}

RaggedForm reduce_tokens(RaggedTranslator& t, const Node& node, const TokenRows& tokens) {
  const std::string_view mode = mode_of(t, node, tokens);
  if (mode.empty()) return Refused{"padding takes part in it"};
  if (t.dtype(node.input(0)) != DType::kFloat32) return Refused{"it reduces other types than f32"};
  const auto rest = t.fixed_sizes(t.shape(node.output(0)), 1);
  const auto before = t.fixed_sizes(t.shape(node.input(0)), 2);
  if (!rest || !before) return Refused{"its sizes are not fixed"};
  const std::string_view name = t.padded().value(node.output(0)).name;
  const ValueId out = t.emit({"RaggedReduce", 1, "inlay", {{"mode", std::string(mode)}}},
                             {tokens.value, t.row_offsets()}, name);
  return TextRows{rest == before ? out : t.reshape(out, *rest, name)};
}

RaggedForms reduce(RaggedTranslator& t, const Node& node) {
  const Shape& in = t.shape(node.input(0));
  const auto axes = ops::constant_axes(t.padded(), node, 1, in.size());
  if (!axes.ok() || !*axes || (*axes)->size() != 1) return {Refused{"it reduces several axes"}};
  const auto axis = static_cast<size_t>((**axes)[0]);
  const bool along_tokens = axis == 1 && in.size() >= 2 && t.is_length(in[1]);
  if (const auto* mask = t.form_as<MaskForm>(node.input(0))) {
    const bool its_axis =
        mask->from_end > 0 && in.size() - axis == static_cast<size_t>(mask->from_end);
    if (!along_tokens || !its_axis || !node.is("ReduceSum"))
      return {Refused{"it reduces a mask along another axis"}};
    return {sum_of_mask(t, node, *mask)};
  }
  if (const auto* tokens = t.form_as<TokenRows>(node.input(0))) {
    if (along_tokens && tokens->length_axis == 1) return {reduce_tokens(t, node, *tokens)};
    return {Refused{"it reduces tokens along another axis"}};
  }
  const auto* texts = t.form_as<TextRows>(node.input(0));
  if (!texts || axis == 0) return {Refused{"it reduces texts"}};
  std::vector<ValueId> inputs = {texts->value};
  if (node.input(1) != kNoValue) inputs.push_back(t.form_as<Common>(node.input(1))->value);
  return {TextRows{t.copy(node, std::move(inputs)).front()}};
}

RaggedForms cum_sum(RaggedTranslator& t, const Node& node) {
  const auto* tokens = t.form_as<TokenRows>(node.input(0));
  const bool plain = node.integer("exclusive", 0) == 0 && node.integer("reverse", 0) == 0;
  if (!tokens || tokens->length_axis != 1 || !plain ||
      ops::constant_scalar(t.padded(), node, 1) != 1.0)
    return {Refused{"it is no running sum over tokens"}};
  return {TokenRows{t.emit({"RaggedCumSum", 1, "inlay"}, {tokens->value, t.row_offsets()},
                           t.padded().value(node.output(0)).name)}};
}

}  // namespace

RaggedRule reduction_rule(const Node& node) {
  if (node.is("CumSum")) return cum_sum;
  for (const std::string_view op : {"ReduceSum", "ReduceMax", "ReduceMean", "ReduceL2"})
    if (node.is(op)) return reduce;
  return nullptr;
}

}  // namespace inlay::rewrite
