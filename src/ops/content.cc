#include "ops/content.h"

#include <optional>

#include "ops/strided.h"

namespace inlay::ops {
namespace {

using graph::TensorType;
using Sizes = std::vector<int64_t>;

constexpr int64_t kMaxContent = 64;

std::optional<Sizes> constants(ExprPool& exprs, std::span<const Expr> expressions) {
  Sizes out;
  for (Expr e : expressions) {
    const auto number = exprs.value(e);
    if (!number) return {};
    out.push_back(*number);
  }
  return out;
}

const TensorType& output_type(Inference& in, size_t output) {
  return in.graph().value(in.node().output(output)).type;
}

// The output's sizes where it is small enough to have content.
std::optional<Sizes> small_shape(Inference& in, size_t output) {
  if (!in.wants(output) || !has_content_type(output_type(in, output).dtype)) return {};
  const auto sizes = constants(in.exprs(), *output_type(in, output).shape);
  if (!sizes) return {};
  int64_t count = 1;
  for (int64_t size : *sizes)
    if (__builtin_mul_overflow(count, size, &count) || count > kMaxContent) return {};
  return sizes;
}

int64_t count_of(const Sizes& sizes) {
  int64_t count = 1;
  for (int64_t size : sizes) count *= size;
  return count;
}

// The offset of element `index` of a row-major walk over `sizes`.
int64_t offset_of(int64_t index, const Sizes& sizes, const Sizes& strides) {
  int64_t offset = 0;
  for (size_t axis = sizes.size(); axis-- > 0;) {
    offset += index % sizes[axis] * strides[axis];
    index /= sizes[axis];
  }
  return offset;
}

Sizes strides_over(const Sizes& shape, const Sizes& sizes) {
  Sizes strides(sizes.size(), 0);
  int64_t stride = 1;
  for (size_t i = 0; i < shape.size(); ++i) {
    const int64_t size = shape[shape.size() - 1 - i];
    if (size != 1) strides[sizes.size() - 1 - i] = stride;
    stride *= size;
  }
  return strides;
}

}  // namespace

bool has_content_type(DType dtype) { return graph::is_integer(dtype) || dtype == DType::kBool; }

namespace {

// gather(elements of all inputs at one place) for each place of the output.
template <class Gather>
void fold(Inference& in, const Gather& gather) {
  const auto sizes = small_shape(in, 0);
  if (!sizes) return;
  std::vector<Sizes> strides;
  for (size_t i = 0; i < in.input_count(); ++i) {
    const auto shape = in.content(i) ? in.shape(i) : Result<Shape>(Shape());
    if (!in.content(i) || !shape.ok()) return;
    const auto input = constants(in.exprs(), *shape);
    if (!input) return;
    strides.push_back(strides_over(*input, *sizes));
  }
  std::vector<Expr> out, elements(in.input_count());
  for (int64_t index = 0; index < count_of(*sizes); ++index) {
    for (size_t i = 0; i < elements.size(); ++i)
      elements[i] = (*in.content(i))[static_cast<size_t>(offset_of(index, *sizes, strides[i]))];
    out.push_back(gather(elements));
  }
  in.set_content(0, std::move(out));
}

}  // namespace

void fold_elementwise(Inference& in, Expr (*combine)(ExprPool&, const Expr*)) {
  fold(in, [&](const std::vector<Expr>& elements) { return combine(in.exprs(), elements.data()); });
}

void fold_pairs(Inference& in, Expr (*combine)(ExprPool&, const Expr*)) {
  fold(in, [&](const std::vector<Expr>& elements) {
    Expr result = elements[0];
    for (size_t i = 1; i < elements.size(); ++i) {
      const Expr pair[] = {result, elements[i]};
      result = combine(in.exprs(), pair);
    }
    return result;
  });
}

void fold_view(Inference& in, size_t output, Expr offset, std::span<const Expr> strides) {
  const auto* content = in.content(0);
  const auto sizes = small_shape(in, output);
  const auto steps = constants(in.exprs(), strides);
  const auto begin = in.exprs().value(offset);
  if (!content || !sizes || !steps || !begin) return;
  std::vector<Expr> out;
  for (int64_t index = 0; index < count_of(*sizes); ++index)
    out.push_back((*content)[static_cast<size_t>(*begin + offset_of(index, *sizes, *steps))]);
  in.set_content(output, std::move(out));
}

}  // namespace inlay::ops
