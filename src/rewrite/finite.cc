#include "rewrite/finite.h"

#include <algorithm>
#include <cmath>

namespace inlay::rewrite {
namespace {

constexpr double kFloatMax = 3.4028234663852886e38;
constexpr int kMaxDepth = 32;

double largest_of(const graph::Tensor& tensor) {
  constexpr int64_t kMaxElements = 1 << 20;  // a large constant is not worth the reading
  if (tensor.dtype == graph::DType::kString || tensor.count() > kMaxElements) return INFINITY;
  double largest = 0;
  const auto note = [&](double x) {
    largest = std::isnan(x) ? INFINITY : std::max(largest, std::abs(x));
  };
  if (const auto floats = graph::float_elements(tensor))
    for (double x : *floats) note(x);
  else if (const auto integers = graph::integer_elements(tensor))
    for (int64_t x : *integers) note(static_cast<double>(x));
  return largest;
}

// A bound of the absolute values; infinity where none is known.
double magnitude(const Edit& edit, ValueId value, int depth) {
  const graph::DType dtype = edit.type(value).dtype;
  if (const graph::Tensor* tensor = edit.constant(value)) return largest_of(*tensor);
  if (dtype == graph::DType::kBool) return 1;
  if (graph::is_integer(dtype)) return 0x1p64;
  const Node* node = edit.maker(value);
  if (!node || depth >= kMaxDepth) return INFINITY;
  const auto of = [&](size_t input) { return magnitude(edit, node->input(input), depth + 1); };
  if (node->is("Cast") || node->is("Expand") || node->is("Reshape") || node->is("Unsqueeze") ||
      node->is("Squeeze") || node->is("Transpose") || node->is("Slice") || node->is("Identity") ||
      node->is("Neg"))
    return of(0);
  if (node->is("Add") || node->is("Sub")) return of(0) + of(1);
  if (node->is("Mul")) return of(0) * of(1);
  if (node->is("Where")) return std::max(of(1), of(2));
  return INFINITY;
}

}  // namespace

bool is_finite(const Edit& edit, ValueId value) { return magnitude(edit, value, 0) <= kFloatMax; }

}  // namespace inlay::rewrite
