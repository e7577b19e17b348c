// What depends on how far a key stands behind a query, and on nothing else: relative positions,
// their buckets, and the biases of heads that a table holds for them.
//
//   padded   keys [1, length] - queries [length, 1] … Gather(table, buckets) [length, length, heads]
//   ragged   1 - longest, …, longest - 1            … Gather(table, buckets) [distances, heads]
//
// A padded value [..., length, length, ...] has the same element wherever the difference of its two
// places is the same, so one axis of distances says it all, up to those of the longest text.
#include <algorithm>
#include <functional>
#include <numeric>

#include "rewrite/ragged_translator.h"

namespace inlay::rewrite {
namespace {

std::string_view output_name(RaggedTranslator& t, const Node& node) {
  return t.padded().value(node.output(0)).name;
}

// The axis of queries where the one behind it is that of keys; none when there are no such two.
std::optional<size_t> axis_of(RaggedTranslator& t, const Shape& shape) {
  std::vector<size_t> lengths;
  for (size_t i = 0; i < shape.size(); ++i)
    if (t.is_length(shape[i])) lengths.push_back(i);
  if (lengths.size() != 2 || lengths[1] != lengths[0] + 1) return {};
  return lengths[0];
}

// The sizes of the ragged value; none when others than the two are not fixed. A batch is one here.
std::optional<std::vector<int64_t>> ragged_sizes(RaggedTranslator& t, const Shape& shape,
                                                 size_t axis) {
  std::vector<int64_t> out;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (i == axis + 1) continue;
    const auto size = t.sizes().value(shape[i]);
    if (i == axis)
      out.push_back(-1);
    else if (i == 0 && t.is_batch_or_one(shape[i]))
      out.push_back(1);
    else if (size)
      out.push_back(*size);
    else
      return {};
  }
  return out;
}

// ---- where distances begin ----------------------------------------------------------------------

// Places along the last axis (keys), or along the one before a last axis of one (queries).
bool lies_along(RaggedTranslator& t, ValueId value, bool keys) {
  const auto* tokens = t.form_as<TokenRows>(value);
  const Shape& shape = t.shape(value);
  if (!tokens || !tokens->places || shape.empty()) return false;
  if (keys) return t.is_length(shape.back()) && shape.size() <= 2;
  return shape.size() == 2 && t.is_one(shape.back()) && t.is_length(shape[0]);
}

std::optional<RaggedForm> difference(RaggedTranslator& t, const Node& node) {
  if (!node.is("Sub") || t.shape(node.output(0)).size() != 2) return {};
  const ValueId a = node.input(0), b = node.input(1);
  const bool keys_first = lies_along(t, a, true) && lies_along(t, b, false);
  const bool queries_first = lies_along(t, a, false) && lies_along(t, b, true);
  if (keys_first == queries_first) return {};
  ValueId value = t.distances();
  if (const DType dtype = t.dtype(node.output(0)); dtype != DType::kInt64)
    value = t.emit({"Cast", 13, "", {{"to", static_cast<int64_t>(dtype)}}}, {value}, "distances");
  if (queries_first) value = t.emit({"Neg", 13}, {value}, "distances");
  return Distances{value, 0, {}};
}

// ---- what is made of them -----------------------------------------------------------------------

// With numbers and other distances; a mask of keys may be added at the end.
RaggedForm of_elements(RaggedTranslator& t, const Node& node) {
  const size_t rank = t.shape(node.output(0)).size();
  const auto axis = axis_of(t, t.shape(node.output(0)));
  if (!axis) return Refused{"it meets distances with another axis"};
  std::optional<MaskForm> mask;
  std::vector<ValueId> inputs;
  for (const ValueId input : node.inputs) {
    const auto* distances = t.form_as<Distances>(input);
    const auto* of_mask = t.form_as<MaskForm>(input);
    const TensorRef number = input == kNoValue ? nullptr : t.scalar(input);
    if (distances && distances->axis + rank - t.shape(input).size() == *axis &&
        (!distances->mask || node.is("Add"))) {
      if (distances->mask) mask = distances->mask;
      inputs.push_back(distances->value);
    } else if (of_mask && of_mask->from_end == 0) {
      inputs.push_back(t.constant("number", of_mask->at_tokens));
    } else if (of_mask && of_mask->from_end == 1 && node.is("Add") && *axis + 2 == rank && !mask) {
      mask = *of_mask;
    } else if (number) {
      inputs.push_back(t.constant("number", number));
    } else {
      return Refused{"it meets distances with something else"};
    }
  }
  if (mask && inputs.size() == 1) return Distances{inputs[0], *axis, mask};
  if (mask && number_of(mask->at_tokens) != 0) return Refused{"it meets distances with a mask"};
  return Distances{t.copy(node, std::move(inputs)).front(), *axis, mask};
}

RaggedForm of_table(RaggedTranslator& t, const Node& node) {
  const auto* table = t.form_as<Common>(node.input(0));
  const auto* indices = t.form_as<Distances>(node.input(1));
  if (!table || !indices || node.integer("axis", 0) != 0)
    return Refused{"it chooses among distances"};
  return Distances{t.copy(node, {table->value, indices->value}).front(), indices->axis, {}};
}

RaggedForm of_transpose(RaggedTranslator& t, const Node& node, const Distances& in) {
  const auto* perm = node.integers("perm");
  const auto axis = static_cast<int64_t>(in.axis);
  if (!perm) return Refused{"it turns distances around"};
  std::vector<int64_t> ragged;
  size_t place = 0;
  for (size_t i = 0; i < perm->size(); ++i) {
    const int64_t from = (*perm)[i];
    if (from == axis + 1) {
      if (i == 0 || (*perm)[i - 1] != axis) return Refused{"it turns distances around"};
      continue;
    }
    if (from == axis) place = i;
    ragged.push_back(from > axis ? from - 1 : from);
  }
  Node made = node;
  made.attributes["perm"] = ragged;
  return Distances{t.copy(made, {in.value}).front(), place, in.mask};
}

// Reshape, Unsqueeze, Squeeze: axes of one come and go.
RaggedForm of_view(RaggedTranslator& t, const Node& node, const Distances& in) {
  const auto axis = axis_of(t, t.shape(node.output(0)));
  const auto before = ragged_sizes(t, t.shape(node.input(0)), in.axis);
  const auto after = axis ? ragged_sizes(t, t.shape(node.output(0)), *axis) : std::nullopt;
  if (!before || !after) return Refused{"it gives distances another shape"};
  const auto product = [](auto begin, auto end) {
    return std::accumulate(begin, end, int64_t{1}, std::multiplies<>());
  };
  if (product(before->begin(), before->begin() + static_cast<int64_t>(in.axis)) !=
      product(after->begin(), after->begin() + static_cast<int64_t>(*axis)))
    return Refused{"it gives distances another shape"};
  const ValueId out =
      t.emit({"Reshape", 14}, {in.value, t.integers("sizes", *after)}, output_name(t, node));
  return Distances{out, *axis, in.mask};
}

// To a batch, for all of which they are the same.
RaggedForm of_expand(RaggedTranslator& t, const Node& node, const Distances& in) {
  const Shape &from = t.shape(node.input(0)), &to = t.shape(node.output(0));
  const bool same = from.size() == to.size() &&
                    std::equal(from.begin() + 1, from.end(), to.begin() + 1) &&
                    (from[0] == to[0] || (t.is_one(from[0]) && t.is_batch(to[0])));
  return same ? RaggedForm{in} : Refused{"it repeats distances"};
}

}  // namespace

std::optional<RaggedForm> distance_form(RaggedTranslator& t, const Node& node) {
  const bool among_inputs = std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId v) {
    return t.form_as<Distances>(v) != nullptr;
  });
  if (!among_inputs) return difference(t, node);
  if (elementwise_rule(node)) return of_elements(t, node);
  if (node.is("Gather")) return of_table(t, node);
  const auto* in = t.form_as<Distances>(node.input(0));
  if (!in) return {};
  if (node.is("Transpose")) return of_transpose(t, node, *in);
  if (node.is("Expand")) return of_expand(t, node, *in);
  if (node.is("Slice") && takes_everything(t, node)) return *in;
  for (const std::string_view view : {"Reshape", "Squeeze", "Unsqueeze"})
    if (node.is(view)) return of_view(t, node, *in);
  return Refused{"it takes distances"};
}

}  // namespace inlay::rewrite
