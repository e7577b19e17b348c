// Trilu (ONNX 14…): the upper or lower triangle of the last two axes, `k` diagonals above the main
// one.
#include <algorithm>
#include <cstring>

#include "ops/gathering.h"

namespace inlay::ops {
namespace {

struct TriluParams {
  bool upper;
  int64_t element_bytes;
};

// Operands: x, y. Sizes: matrices, rows, columns, k.
Status run_trilu(const StepCall& call) {
  const auto& params = call.as<TriluParams>();
  const int64_t rows = call.sizes[1], columns = call.sizes[2];
  constexpr int64_t kElementsPerTask = 1 << 14;
  if (columns == 0) return Status();
  const auto bytes = [&](int64_t n) { return static_cast<size_t>(n * params.element_bytes); };
  const auto write_row = [&](int64_t row) {
    // Columns [begin, end) stay.
    const int64_t diagonal =
        std::clamp<int64_t>(row % rows + call.sizes[3] + (params.upper ? 0 : 1), 0, columns);
    const int64_t begin = params.upper ? diagonal : 0, end = params.upper ? columns : diagonal;
    std::byte* out = call.data[1] + row * columns * params.element_bytes;
    const std::byte* x = call.data[0] + row * columns * params.element_bytes;
    std::memset(out, 0, bytes(begin));
    std::memcpy(out + bytes(begin), x + bytes(begin), bytes(end - begin));
    std::memset(out + bytes(end), 0, bytes(columns - end));
  };
  for_each_range(call.run.pool(), call.sizes[0] * rows, kElementsPerTask / columns + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t row = begin; row < end; ++row) write_row(row);
                 });
  return Status();
}

// Where sums with it do not overflow.
Expr near(ExprPool& e, Expr k) {
  constexpr int64_t kFar = int64_t{1} << 40;
  return e.max(e.constant(-kFar), e.min(k, e.constant(kFar)));
}

}  // namespace

Status infer_trilu(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 2));
  INLAY_TRY(expect_dense_elements(in, 0));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  if (shape.size() < 2) return in.error("expected at least 2 dimensions, found {}", shape.size());
  if (in.has(1)) {
    INLAY_ASSIGN(const std::vector<Expr> k, in.content_or_read(1));
    if (k.size() != 1) return in.error("input 1: expected one k, found {}", k.size());
  }
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_trilu(Lowering& low) {
  const Shape& shape = low.input_shape(0);
  const size_t rank = shape.size();
  const Operand x = low.dense(0);
  const Expr k =
      low.has(1) ? (*low.graph().value(low.node().input(1)).content)[0] : low.constant(0);
  low.step(
      {run_trilu,
       {x, low.output(0)},
       {low.exprs().product(std::span(shape).first(rank - 2)), shape[rank - 2], shape[rank - 1],
        near(low.exprs(), k)},
       std::make_shared<TriluParams>(TriluParams{low.node().integer("upper", 1) != 0,
                                                 graph::dtype_bytes(low.input_type(0).dtype)})});
  return Status();
}

}  // namespace inlay::ops
