// The layers of an encoder: products with weights and norms work on rows, attention on the rows of
// one text.
#include <cmath>

#include "rewrite/ragged_translator.h"

namespace inlay::rewrite {
namespace {

// By how much the scores of padded keys must lie below those of others, so that their weights are
// nothing: e^-1000 is 0 in f32, and scores of f32 attention are not of such a size themselves.
constexpr double kNoWeight = 1000;

// Inputs of a node that works on rows along its last axis: the row inputs as rows of tokens, or all
// of them as rows of texts, the others as they are.
struct RowInputs {
  std::vector<ValueId> values;
  bool of_tokens = false, of_texts = false;
};

RaggedForms row_wise(RaggedTranslator& t, const Node& node, size_t row_inputs) {
  RowInputs found;
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    const ValueId input = node.inputs[i];
    const auto* tokens = t.form_as<TokenRows>(input);
    const auto* texts = t.form_as<TextRows>(input);
    const auto* common = t.form_as<Common>(input);
    const bool is_row = i < row_inputs && input != kNoValue;
    if (is_row && !(tokens && tokens->length_axis == 1) && !texts)
      return {Refused{"it takes something else than rows"}};
    if (!is_row && input != kNoValue && !common)
      return {Refused{"its weights are not the same for all texts"}};
    found.of_tokens |= tokens != nullptr;
    found.of_texts |= texts != nullptr;
    found.values.push_back(tokens   ? tokens->value
                           : texts  ? texts->value
                           : common ? common->value
                                    : kNoValue);
  }
  if (found.of_tokens == found.of_texts) return {Refused{"it takes tokens and texts"}};
  if (t.shape(node.input(0)).size() < (found.of_tokens ? 3u : 2u))
    return {Refused{"it works along the tokens"}};
  const bool of_tokens = found.of_tokens;
  RaggedForms forms;
  for (const ValueId out : t.copy(node, std::move(found.values)))
    forms.push_back(of_tokens ? RaggedForm{TokenRows{out}} : RaggedForm{TextRows{out}});
  return forms;
}

// x and a residual.
RaggedForms two_row_inputs(RaggedTranslator& t, const Node& node) { return row_wise(t, node, 2); }

// Over the last axis alone.
RaggedForms root_mean_square(RaggedTranslator& t, const Node& node) {
  const auto rank = static_cast<int64_t>(t.shape(node.input(0)).size());
  const int64_t axis = node.integer("axis", -1);
  if (axis != -1 && axis != rank - 1) return {Refused{"it works along the tokens"}};
  Node made = node;
  made.attributes["axis"] = int64_t{-1};
  return row_wise(t, made, 1);
}

RaggedForms product(RaggedTranslator& t, const Node& node) {
  const bool plain = t.shape(node.input(1)).size() == 2 && node.integer("transA", 0) == 0;
  return plain ? row_wise(t, node, 1) : RaggedForms{Refused{"it is no product with a matrix"}};
}

// Null when the mask does what makes padding invisible.
const char* problem_of(const MaskForm& mask) {
  const double at_tokens = number_of(mask.at_tokens), at_padding = number_of(mask.at_padding);
  if (mask.from_end != 1) return "its mask does not lie along the keys";
  if (!std::isfinite(at_tokens)) return "its mask is not finite for tokens";
  if (!(at_padding <= at_tokens - kNoWeight)) return "its mask leaves padding a weight";
  return nullptr;
}

// [1, heads or 1, distances] as RaggedAttention has biases of distances, [heads, distances].
ValueId relative_bias(RaggedTranslator& t, const Node& node, ValueId value) {
  const int64_t heads = node.integer("heads", 1);
  const bool shared = t.is_one(t.shape(node.input(3))[1]) && heads > 1;
  const ValueId rows =
      t.emit({"Reshape", 14}, {value, t.integers("sizes", {shared ? 1 : heads, -1})}, "bias");
  if (!shared) return rows;
  return t.emit({"Expand", 13}, {rows, t.integers("sizes", {heads, 1})}, "bias");
}

RaggedForms attention(RaggedTranslator& t, const Node& node) {
  std::vector<ValueId> inputs;
  for (size_t i = 0; i < 3; ++i) {
    const auto* tokens = t.form_as<TokenRows>(node.input(i));
    if (!tokens || tokens->length_axis != 1) return {Refused{"its operands are no tokens"}};
    inputs.push_back(tokens->value);
  }
  const auto* mask = t.form_as<MaskForm>(node.input(3));
  const auto* distances = t.form_as<Distances>(node.input(3));
  if (distances && (t.shape(node.input(3)).size() != 4 || distances->axis != 2))
    return {Refused{"its bias does not lie along queries and keys"}};
  if (distances && distances->mask) mask = &*distances->mask;
  if (node.input(3) == kNoValue || (distances && !mask)) {
    if (t.has_masks()) return {Refused{"it looks at padding: it has no mask"}};
  } else if (!mask) {
    return {Refused{"its bias is more than a mask"}};
  } else if (const char* problem = problem_of(*mask)) {
    return {Refused{problem}};
  }
  inputs.push_back(t.row_offsets());
  if (distances) inputs.push_back(relative_bias(t, node, distances->value));
  const ValueId out = t.emit({"RaggedAttention", 1, "inlay", node.attributes}, std::move(inputs),
                             t.padded().value(node.output(0)).name);
  return {TokenRows{out}};
}

}  // namespace

RaggedRule layer_rule(const Node& node) {
  if (node.is("Linear", "inlay") || node.is("LayerNorm", "inlay")) return two_row_inputs;
  if (node.is("Attention", "inlay")) return attention;
  if (node.is("RMSNormalization")) return root_mean_square;
  if (node.is("MatMul") || node.is("Gemm")) return product;
  return nullptr;
}

}  // namespace inlay::rewrite
