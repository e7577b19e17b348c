// RaggedReduce (domain "inlay"): the sum, mean or maximum over the tokens of each row, or the first one.
//
// Inputs: x f32 [tokens, ...], row_offsets int64 [rows + 1]. Output: [rows, ...]. Attribute "mode":
// "sum", "mean", "max" or "first". A row without tokens gives 0, and -inf as its maximum.
#include <algorithm>

#include "kernels/pooling.h"
#include "ops/op.h"
#include "ops/row_offsets.h"

namespace inlay::ops {
namespace {

using ReduceRows = void (*)(const float* x, int64_t stride, int64_t rows, int64_t columns,
                            float* y);

struct RaggedReduceParams {
  ReduceRows reduce;
};

void first_row(const float* x, int64_t, int64_t rows, int64_t columns, float* y) {
  rows > 0 ? std::copy_n(x, columns, y) : std::fill_n(y, columns, 0.0f);
}

ReduceRows reduction_of(std::string_view mode) {
  if (mode == "sum") return kernels::sum_rows;
  if (mode == "first") return first_row;
  if (mode == "mean") return kernels::mean_rows;
  return mode == "max" ? kernels::max_rows : nullptr;
}

// Operands: x, row_offsets, y. Sizes: tokens, rows, columns.
Status run_ragged_reduce(const StepCall& call) {
  const int64_t columns = call.sizes[2];
  INLAY_ASSIGN(const RowOffsets offsets,
               RowOffsets::read(call.at<const int64_t>(1), call.sizes[1], call.sizes[0]));
  const ReduceRows reduce = call.as<RaggedReduceParams>().reduce;
  call.run.pool().parallel_for(offsets.rows(), [&](int64_t row) {
    reduce(call.at<const float>(0) + offsets.begin(row) * columns, columns, offsets.length(row),
           columns, call.at<float>(2) + row * columns);
  });
  return Status();
}

}  // namespace

Status infer_ragged_reduce(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_TRY(in.expect_dtype(0, {DType::kFloat32}));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  if (shape.empty()) return in.error("input 0: expected at least 1 dimension, found 0");
  INLAY_TRY(expect_row_offsets(in, 1));
  const std::string_view mode = in.node().text("mode", "");
  if (!reduction_of(mode))
    return in.error("expected mode sum, mean, max or first, found {}", quote(mode));
  INLAY_ASSIGN(const Shape offsets, in.shape(1));
  shape[0] = in.exprs().sub(offsets[0], in.constant(1));
  in.set_output(0, DType::kFloat32, std::move(shape));
  return Status();
}

Status lower_ragged_reduce(Lowering& low) {
  const Shape& shape = low.input_shape(0);
  const Operand x = low.dense(0), offsets = low.dense(1);
  low.step({run_ragged_reduce,
            {x, offsets, low.output(0)},
            {shape[0], row_count(low, 1), low.count(Shape(shape.begin() + 1, shape.end()))},
            std::make_shared<RaggedReduceParams>(
                RaggedReduceParams{reduction_of(low.node().text("mode", ""))})});
  return Status();
}

}  // namespace inlay::ops
