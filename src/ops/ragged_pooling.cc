// RaggedPooling (domain "inlay"): one vector a text of a ragged batch.
//
// Inputs: x [tokens, n], row_offsets int64 [rows + 1]. Attribute "mode": "first", the vector of the first
// token, or "mean". Output: [rows, n]; 0 for a text without tokens.
#include <algorithm>

#include "kernels/pooling.h"
#include "ops/lanes.h"
#include "ops/op.h"
#include "ops/row_offsets.h"

namespace inlay::ops {
namespace {

struct PoolingParams {
  bool mean;
};

// Operands: x, row_offsets, out. Sizes: tokens, rows, columns.
Status run_ragged_pooling(const StepCall& call) {
  const int64_t columns = call.sizes[2];
  INLAY_ASSIGN(const RowOffsets offsets,
               RowOffsets::read(call.at<const int64_t>(1), call.sizes[1], call.sizes[0]));
  constexpr int64_t kRowsPerTask = 16;
  for_each_range(call.run.pool(), offsets.rows(), kRowsPerTask, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const float* const x = call.at<const float>(0) + offsets.begin(row) * columns;
      float* const out = call.at<float>(2) + row * columns;
      if (offsets.length(row) == 0)
        std::fill_n(out, columns, 0.0f);
      else if (call.as<PoolingParams>().mean)
        kernels::mean_rows(x, columns, offsets.length(row), columns, out);
      else
        std::copy_n(x, columns, out);
    }
  });
  return Status();
}

}  // namespace

Status infer_ragged_pooling(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_TRY(in.expect_dtype(0, {DType::kFloat32}));
  INLAY_TRY(in.expect_dtype(1, {DType::kInt64}));
  INLAY_ASSIGN(const Shape x, in.shape(0));
  INLAY_ASSIGN(const Shape offsets, in.shape(1));
  const std::string_view mode = in.node().text("mode", "first");
  if (mode != "first" && mode != "mean")
    return in.error("expected mode \"first\" or \"mean\", found {}", quote(mode));
  if (x.size() != 2 || offsets.size() != 1)
    return in.error("expected x [tokens, n] and row_offsets [rows + 1]");
  in.set_output(0, DType::kFloat32, {in.exprs().sub(offsets[0], in.constant(1)), x[1]});
  return Status();
}

Status lower_ragged_pooling(Lowering& low) {
  const Shape& x = low.input_shape(0);
  const Operand values = low.dense(0), offsets = low.dense(1);
  low.step(
      {run_ragged_pooling,
       {values, offsets, low.output(0)},
       {x[0], low.exprs().sub(low.input_shape(1)[0], low.constant(1)), x[1]},
       std::make_shared<PoolingParams>(PoolingParams{low.node().text("mode", "first") == "mean"})});
  return Status();
}

}  // namespace inlay::ops
