// RaggedCumSum (domain "inlay"): running sums over the tokens of each row.
//
// Inputs: x [tokens, ...] of float32, int32 or int64, row_offsets int64 [rows + 1]. Output: as x.
#include "ops/elementwise.h"
#include "ops/op.h"
#include "ops/row_offsets.h"

namespace inlay::ops {
namespace {

using RaggedCumSumTypes = Types<float, int32_t, int64_t>;

// Operands: x, row_offsets, y. Sizes: tokens, rows, columns.
template <class T>
Status run_ragged_cum_sum(const StepCall& call) {
  const int64_t columns = call.sizes[2];
  INLAY_ASSIGN(const RowOffsets offsets,
               RowOffsets::read(call.at<const int64_t>(1), call.sizes[1], call.sizes[0]));
  const T* x = call.at<const T>(0);
  T* y = call.at<T>(2);
  for (int64_t row = 0; row < offsets.rows(); ++row) {
    for (int64_t i = 0; i < offsets.length(row) * columns; ++i) {
      const T before = i < columns ? T{0} : y[i - columns];
      y[i] = wrapping_add(before, x[i]);
    }
    x += offsets.length(row) * columns;
    y += offsets.length(row) * columns;
  }
  return Status();
}

constexpr auto kRaggedCumSum = []<class T>(std::type_identity<T>) -> StepFn {
  return run_ragged_cum_sum<T>;
};

}  // namespace

Status infer_ragged_cum_sum(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_TRY(in.expect_dtype(0, {DType::kFloat32, DType::kInt32, DType::kInt64}));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  if (shape.empty()) return in.error("input 0: expected at least 1 dimension, found 0");
  INLAY_TRY(expect_row_offsets(in, 1));
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_ragged_cum_sum(Lowering& low) {
  const Shape& shape = low.input_shape(0);
  const Operand x = low.dense(0), offsets = low.dense(1);
  low.step({for_type(low.input_type(0).dtype, RaggedCumSumTypes(), kRaggedCumSum),
            {x, offsets, low.output_over(0, 0)},
            {shape[0], row_count(low, 1), low.count(Shape(shape.begin() + 1, shape.end()))},
            nullptr});
  return Status();
}

}  // namespace inlay::ops
