// Transpose (ONNX 1…): axes in another order, reversed by default.
#include "ops/views.h"

namespace inlay::ops {
namespace {

std::vector<size_t> order_of(const graph::Node& node, size_t rank) {
  std::vector<size_t> order(rank);
  const auto* perm = node.integers("perm");
  for (size_t i = 0; i < rank; ++i)
    order[i] = perm ? static_cast<size_t>((*perm)[i]) : rank - 1 - i;
  return order;
}

template <class T>
std::vector<T> permuted(const std::vector<T>& source, const std::vector<size_t>& order) {
  std::vector<T> out;
  for (size_t axis : order) out.push_back(source[axis]);
  return out;
}

}  // namespace

Status infer_transpose(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_ASSIGN(const Shape source, in.shape(0));
  if (const auto* perm = in.node().integers("perm")) {
    std::vector<bool> seen(source.size());
    bool fits = perm->size() == source.size();
    for (int64_t axis : *perm) {
      fits = fits && axis >= 0 && static_cast<size_t>(axis) < source.size() &&
             !seen[static_cast<size_t>(axis)];
      if (fits) seen[static_cast<size_t>(axis)] = true;
    }
    if (!fits) return in.error("expected perm to be an order of {} axes", source.size());
  }
  const std::vector<size_t> order = order_of(in.node(), source.size());
  in.set_output(0, in.dtype(0), permuted(source, order));
  fold_view(in, 0, in.constant(0), permuted(row_major(in.exprs(), source), order));
  return Status();
}

Status lower_transpose(Lowering& low) {
  const View source = low.view(0);
  low.alias(0, 0, low.constant(0),
            permuted(source.strides, order_of(low.node(), source.shape.size())));
  return Status();
}

}  // namespace inlay::ops
