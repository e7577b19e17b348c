// Nodes that move elements: each row must stay whole and where it is, or be chosen by its place.
#include <algorithm>
#include <numeric>

#include "ops/arguments.h"
#include "rewrite/ragged_translator.h"

namespace inlay::rewrite {
namespace {

std::string_view output_name(RaggedTranslator& t, const Node& node) {
  return t.padded().value(node.output(0)).name;
}

// An axis counted from the end, so that it names the same one when the first is gone.
int64_t axis_from_end(int64_t axis, size_t rank) {
  return axis < 0 ? axis : axis - static_cast<int64_t>(rank);
}

// A node over rows whose axis attribute lies behind batch and length.
RaggedForms along_rest(RaggedTranslator& t, const Node& node, int64_t axis, size_t rank,
                       size_t first_rest, std::vector<ValueId> inputs, const RaggedForm& like) {
  const int64_t from_end = axis_from_end(axis, rank);
  if (from_end + static_cast<int64_t>(rank) < static_cast<int64_t>(first_rest))
    return {Refused{"it works along the texts or tokens"}};
  Node made = node;
  made.attributes["axis"] = from_end;
  RaggedForms forms;
  for (const ValueId out : t.copy(made, std::move(inputs))) {
    if (std::holds_alternative<TextRows>(like))
      forms.push_back(TextRows{out});
    else
      forms.push_back(TokenRows{out});
  }
  return forms;
}

// The node's inputs as rows of one kind; `first_rest` becomes the first axis behind their own ones.
// Empty when they are not all rows of that kind or, from input 1 on, constants.
std::vector<ValueId> rows_of(RaggedTranslator& t, const Node& node, size_t& first_rest) {
  std::vector<ValueId> values;
  const bool of_tokens = t.form_as<TokenRows>(node.input(0)) != nullptr;
  first_rest = of_tokens ? 2 : 1;
  for (const ValueId input : node.inputs) {
    const auto* tokens = t.form_as<TokenRows>(input);
    const auto* texts = t.form_as<TextRows>(input);
    const auto* common = t.form_as<Common>(input);
    if (of_tokens && tokens && tokens->length_axis == 1)
      values.push_back(tokens->value);
    else if (!of_tokens && texts)
      values.push_back(texts->value);
    else if (common && !values.empty())
      values.push_back(common->value);
    else
      return {};
  }
  return values;
}

RaggedForms split(RaggedTranslator& t, const Node& node) {
  size_t first_rest = 0;
  std::vector<ValueId> rows = rows_of(t, node, first_rest);
  if (rows.empty()) return {Refused{"it splits something else than rows"}};
  const size_t rank = t.shape(node.input(0)).size();
  return along_rest(t, node, node.integer("axis", 0), rank, first_rest, std::move(rows),
                    t.form(node.input(0)));
}

RaggedForms concat(RaggedTranslator& t, const Node& node) {
  size_t first_rest = 0;
  std::vector<ValueId> rows = rows_of(t, node, first_rest);
  const bool all_rows = std::none_of(node.inputs.begin(), node.inputs.end(),
                                     [&](ValueId v) { return t.form_as<Common>(v) != nullptr; });
  if (rows.empty() || !all_rows) return {Refused{"it joins something else than rows"}};
  const size_t rank = t.shape(node.input(0)).size();
  return along_rest(t, node, node.integer("axis", 0), rank, first_rest, std::move(rows),
                    t.form(node.input(0)));
}

RaggedForms softmax(RaggedTranslator& t, const Node& node) {
  size_t first_rest = 0;
  std::vector<ValueId> rows = rows_of(t, node, first_rest);
  const size_t rank = t.shape(node.input(0)).size();
  // Before version 13 the axis began a block of axes: the last one alone is that of today.
  const int64_t axis = axis_from_end(node.integer("axis", node.version < 13 ? 1 : -1), rank);
  if (rows.empty() || axis != -1) return {Refused{"it works along the texts or tokens"}};
  Node made = node;
  made.version = 13;
  return along_rest(t, made, -1, rank, first_rest, std::move(rows), t.form(node.input(0)));
}

// ---- the same elements in other axes ------------------------------------------------------------

// The axes of the length, counted from the end.
std::vector<int> lengths_from_end(RaggedTranslator& t, const Shape& shape) {
  std::vector<int> found;
  for (size_t i = 0; i < shape.size(); ++i)
    if (t.is_length(shape[i])) found.push_back(static_cast<int>(shape.size() - i));
  return found;
}

RaggedForm mask_view(RaggedTranslator& t, const Node& node, const MaskForm& mask) {
  const Shape &in = t.shape(node.input(0)), &out = t.shape(node.output(0));
  if (in == out || mask.from_end == 0) return mask;
  const std::vector<int> before = lengths_from_end(t, in), after = lengths_from_end(t, out);
  const auto place = std::find(before.begin(), before.end(), mask.from_end) - before.begin();
  if (before.size() != after.size() || place == std::ssize(before))
    return Refused{"it moves a mask to where it is not known"};
  return MaskForm{mask.at_tokens, mask.at_padding, after[static_cast<size_t>(place)]};
}

RaggedForm token_view(RaggedTranslator& t, const Node& node, const TokenRows& tokens) {
  const Shape &in = t.shape(node.input(0)), &out = t.shape(node.output(0));
  const bool batched = out.size() >= 2 && t.is_batch_or_one(out[0]) && t.is_length(out[1]);
  const bool alone = !out.empty() && t.is_length(out[0]);
  if (!batched && !alone) return Refused{"it moves tokens from their places"};
  const int length_axis = batched ? 1 : 0;
  const auto before = t.fixed_sizes(in, static_cast<size_t>(tokens.length_axis) + 1);
  const auto after = t.fixed_sizes(out, static_cast<size_t>(length_axis) + 1);
  if (!before || !after) return Refused{"it gives tokens a size that is not fixed"};
  TokenRows made = tokens;
  made.length_axis = length_axis;
  if (before != after) made.value = t.reshape(tokens.value, *after, output_name(t, node));
  return made;
}

RaggedForm text_view(RaggedTranslator& t, const Node& node, const TextRows& texts) {
  const Shape& out = t.shape(node.output(0));
  const auto after = t.fixed_sizes(out, 1);
  if (out.empty() || !t.is_batch(out[0]) || !after) return Refused{"it moves texts"};
  return TextRows{t.reshape(texts.value, *after, output_name(t, node)), texts.lengths};
}

// Reshape, Unsqueeze, Squeeze, Flatten: elements in the order in which they were.
RaggedForms same_order(RaggedTranslator& t, const Node& node) {
  const RaggedForm& form = t.form(node.input(0));
  if (const auto* mask = std::get_if<MaskForm>(&form)) return {mask_view(t, node, *mask)};
  if (const auto* tokens = std::get_if<TokenRows>(&form)) return {token_view(t, node, *tokens)};
  if (const auto* texts = std::get_if<TextRows>(&form)) return {text_view(t, node, *texts)};
  return {Refused{"it gives sizes another shape"}};
}

RaggedForms expand(RaggedTranslator& t, const Node& node) {
  const RaggedForm& form = t.form(node.input(0));
  const Shape &in = t.shape(node.input(0)), &out = t.shape(node.output(0));
  if (std::holds_alternative<MaskForm>(form)) return {form};
  if (const auto* tokens = std::get_if<TokenRows>(&form)) {
    const Shape rest(in.begin() + tokens->length_axis + 1, in.end());
    const bool batched = out.size() == rest.size() + 2 && t.is_batch_or_one(out[0]) &&
                         t.is_length(out[1]) && Shape(out.begin() + 2, out.end()) == rest;
    if (batched) return {TokenRows{tokens->value, 1, tokens->at_padding}};
  }
  if (std::holds_alternative<TextRows>(form) && in == out) return {form};
  const TensorRef number = t.scalar(node.input(0));
  if (number) return {MaskForm{number, number, 0}};
  return {Refused{"it repeats rows"}};
}

RaggedForms transpose(RaggedTranslator& t, const Node& node) {
  const auto rank = static_cast<int64_t>(t.shape(node.input(0)).size());
  std::vector<int64_t> perm(static_cast<size_t>(rank));
  std::iota(perm.rbegin(), perm.rend(), 0);
  if (const auto* given = node.integers("perm")) perm = *given;
  if (const auto* mask = t.form_as<MaskForm>(node.input(0)); mask && mask->from_end > 0) {
    const auto place = std::find(perm.begin(), perm.end(), rank - mask->from_end) - perm.begin();
    return {MaskForm{mask->at_tokens, mask->at_padding, static_cast<int>(rank - place)}};
  }
  const auto* tokens = t.form_as<TokenRows>(node.input(0));
  if (!tokens || tokens->length_axis != 1 || perm[0] != 0 || perm[1] != 1)
    return {Refused{"it moves texts or tokens"}};
  Node made = node;
  std::vector<int64_t> rest = {0};
  for (size_t i = 2; i < perm.size(); ++i) rest.push_back(perm[i] - 1);
  made.attributes["perm"] = rest;
  return {TokenRows{t.copy(made, {tokens->value}).front(), 1, tokens->at_padding}};
}

// ---- choosing -----------------------------------------------------------------------------------

// The first token of each text, with the sizes `rest` behind the rows.
RaggedForm first_token(RaggedTranslator& t, const Node& node, const TokenRows& tokens,
                       const std::optional<std::vector<int64_t>>& rest) {
  if (!rest) return Refused{"its sizes are not fixed"};
  const ValueId first = t.emit({"Gather", 13, "", {{"axis", int64_t{0}}}},
                               {tokens.value, t.first_tokens()}, output_name(t, node));
  const auto before = t.fixed_sizes(t.shape(node.input(0)), 2);
  return TextRows{before == rest ? first : t.reshape(first, *rest, output_name(t, node))};
}

RaggedForms gather(RaggedTranslator& t, const Node& node) {
  const size_t rank = t.shape(node.input(0)).size();
  const int64_t axis = axis_from_end(node.integer("axis", 0), rank) + static_cast<int64_t>(rank);
  const auto* table = t.form_as<Common>(node.input(0));
  if (table && axis == 0) {
    if (const auto* ids = t.form_as<TokenRows>(node.input(1)))
      return {TokenRows{t.copy(node, {table->value, ids->value}).front(), ids->length_axis}};
    if (const auto* ids = t.form_as<TextRows>(node.input(1)))
      return {TextRows{t.copy(node, {table->value, ids->value}).front()}};
  }
  const auto* tokens = t.form_as<TokenRows>(node.input(0));
  const auto* index = t.form_as<Common>(node.input(1));
  if (!tokens || tokens->length_axis != 1 || !index) return {Refused{"it chooses among rows"}};
  if (axis == 1) {
    const auto wanted = ops::constant_scalar(t.padded(), node, 1);
    if (wanted == 0.0)
      return {first_token(t, node, *tokens, t.fixed_sizes(t.shape(node.output(0)), 1))};
    return {Refused{"it chooses tokens by their place in padded texts"}};
  }
  return along_rest(t, node, axis, rank, 2, {tokens->value, index->value}, *tokens);
}

// What a Slice takes along the only axis that it cuts; none when it cuts more.
struct Cut {
  int64_t axis;
  int64_t begin;
  Expr count;
  bool of_one = false;  // it asks for one element, which an empty axis would not have
};

std::optional<Cut> only_cut(RaggedTranslator& t, const Node& node) {
  const Shape &in = t.shape(node.input(0)), &out = t.shape(node.output(0));
  std::optional<Cut> cut;
  for (size_t i = 0; i < in.size(); ++i) {
    if (in[i] == out[i]) continue;
    if (cut) return {};
    cut = Cut{static_cast<int64_t>(i), 0, out[i]};
  }
  if (!cut) return {};
  const auto starts = ops::constant_list(t.padded(), node, 1, "starts");
  const auto ends = ops::constant_list(t.padded(), node, 2, "ends");
  const auto axes = ops::constant_axes(t.padded(), node, 3, in.size());
  const auto steps = ops::constant_list(t.padded(), node, 4, "steps");
  if (!starts.ok() || !*starts || !axes.ok() || !steps.ok()) return {};
  for (size_t i = 0; i < (*starts)->size(); ++i) {
    const int64_t axis = *axes ? (**axes)[i] : static_cast<int64_t>(i);
    if (*steps && (**steps)[i] != 1) return {};
    if (axis != cut->axis) continue;
    cut->begin = (**starts)[i];
    cut->of_one = ends.ok() && *ends && (**ends)[i] == cut->begin + 1;
  }
  return cut;
}

// The first `length` entries along an axis of a table: those of the tokens' places.
RaggedForm entries_of_places(RaggedTranslator& t, const Node& node, const Cut& cut) {
  const Shape& in = t.shape(node.input(0));
  const auto all = t.fixed_sizes(in, 0);
  const bool placed = cut.axis == 0 || (cut.axis == 1 && t.is_one(in[0]));
  if (!all || !placed || cut.begin != 0 || !t.is_length(cut.count))
    return Refused{"it takes a part that the length decides"};
  ValueId table = t.form_as<Common>(node.input(0))->value;
  if (cut.axis == 1)
    table = t.emit({"Reshape", 14},
                   {table, t.integers("sizes", std::vector<int64_t>(all->begin() + 1, all->end()))},
                   "table");
  const ValueId out = t.emit({"Gather", 13, "", {{"axis", int64_t{0}}}}, {table, t.positions()},
                             output_name(t, node));
  return TokenRows{out, static_cast<int>(cut.axis)};
}

}  // namespace

bool takes_everything(RaggedTranslator& t, const Node& node) {
  const auto steps = ops::constant_list(t.padded(), node, 4, "steps");
  const bool forwards =
      steps.ok() && (!*steps || std::all_of((*steps)->begin(), (*steps)->end(),
                                            [](int64_t step) { return step == 1; }));
  return forwards && t.shape(node.input(0)) == t.shape(node.output(0));
}

namespace {

RaggedForms slice(RaggedTranslator& t, const Node& node) {
  const RaggedForm& form = t.form(node.input(0));
  const Shape &in = t.shape(node.input(0)), &out = t.shape(node.output(0));
  if (takes_everything(t, node) && !std::holds_alternative<Common>(form)) return {form};
  const auto cut = only_cut(t, node);
  if (!cut) return {Refused{"it takes a part along several axes"}};
  if (std::holds_alternative<Common>(form)) return {entries_of_places(t, node, *cut)};
  const auto* tokens = std::get_if<TokenRows>(&form);
  if (!tokens || tokens->length_axis != 1) return {Refused{"it takes a part of texts"}};
  if (cut->axis == 1 && cut->begin == 0 && cut->of_one) {
    auto rest = t.fixed_sizes(out, 2);
    if (rest) rest->insert(rest->begin(), 1);
    return {first_token(t, node, *tokens, rest)};
  }
  if (cut->axis < 2) return {Refused{"it chooses tokens by their place in padded texts"}};
  const auto width = t.sizes().value(cut->count);
  if (!width || cut->begin < 0) return {Refused{"its sizes are not fixed"}};
  const int64_t axis = cut->axis - static_cast<int64_t>(in.size());
  return {TokenRows{t.emit({"Slice", 13},
                           {tokens->value, t.integers("starts", {cut->begin}),
                            t.integers("ends", {cut->begin + *width}), t.integers("axes", {axis})},
                           output_name(t, node))}};
}

// 0, 1, …, length - 1: the tokens' places.
RaggedForms range(RaggedTranslator& t, const Node& node) {
  const Shape& out = t.shape(node.output(0));
  const bool counts = ops::constant_scalar(t.padded(), node, 0) == 0.0 &&
                      ops::constant_scalar(t.padded(), node, 2) == 1.0;
  if (!counts || !t.is_length(out[0])) return {Refused{"it counts something else than tokens"}};
  ValueId places = t.positions();
  if (const DType dtype = t.dtype(node.output(0)); dtype != DType::kInt64)
    places = t.emit({"Cast", 13, "", {{"to", static_cast<int64_t>(dtype)}}}, {places}, "positions");
  return {TokenRows{places, 0, nullptr, true}};
}

RaggedForms constant_of_shape(RaggedTranslator&, const Node& node) {
  TensorRef value = node.tensor("value");
  if (!value) value = graph::make_tensor(DType::kFloat32, {}, std::vector<float>{0});
  auto number = std::make_shared<graph::Tensor>(*value);
  number->shape.clear();
  return {MaskForm{number, number, 0}};
}

}  // namespace

RaggedRule shape_rule(const Node& node) {
  struct Entry {
    std::string_view op;
    RaggedRule rule;
  };
  constexpr Entry kRules[] = {
      {"Concat", concat},       {"ConstantOfShape", constant_of_shape},
      {"Expand", expand},       {"Flatten", same_order},
      {"Gather", gather},       {"LogSoftmax", softmax},
      {"Range", range},         {"Reshape", same_order},
      {"Slice", slice},         {"Softmax", softmax},
      {"Split", split},         {"Squeeze", same_order},
      {"Transpose", transpose}, {"Unsqueeze", same_order},
  };
  for (const Entry& entry : kRules)
    if (node.is(entry.op)) return entry.rule;
  return nullptr;
}

}  // namespace inlay::rewrite
