// ReverseSequence (ONNX 10…): for each entry of the batch axis, the first sequence_lens elements along the
// time axis in reverse order, the others as they are.
#include "ops/gathering.h"

namespace inlay::ops {
namespace {

struct ReverseParams {
  bool time_first;  // time is axis 0 and the batch axis 1; else the other way round
  int64_t element_bytes;
};

// Operands: x, lengths, y. Sizes: the first two axes, elements behind them.
Status run_reverse_sequence(const StepCall& call) {
  const auto& params = call.as<ReverseParams>();
  const int64_t rows = call.sizes[0], columns = call.sizes[1];
  const auto slice = static_cast<size_t>(call.sizes[2] * params.element_bytes);
  const int64_t longest = params.time_first ? rows : columns;
  const int64_t batch = params.time_first ? columns : rows;
  const auto* lengths = call.at<const int64_t>(1);
  for (int64_t i = 0; i < batch; ++i)
    if (lengths[i] < 0 || lengths[i] > longest)
      return invalid("sequence {}: expected a length in [0, {}], found {}", i, longest, lengths[i]);
  for (int64_t row = 0; row < rows && slice > 0; ++row)
    for (int64_t column = 0; column < columns; ++column) {
      const int64_t time = params.time_first ? row : column;
      const int64_t length = lengths[params.time_first ? column : row];
      const int64_t from = time < length ? length - 1 - time : time;
      const int64_t source = params.time_first ? from * columns + column : row * columns + from;
      std::memcpy(call.data[2] + static_cast<size_t>(row * columns + column) * slice,
                  call.data[0] + static_cast<size_t>(source) * slice, slice);
    }
  return Status();
}

}  // namespace

Status infer_reverse_sequence(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_TRY(expect_dense_elements(in, 0));
  INLAY_TRY(in.expect_dtype(1, {DType::kInt64}));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  INLAY_ASSIGN(const Shape lengths, in.shape(1));
  const int64_t time = in.node().integer("time_axis", 0),
                batch = in.node().integer("batch_axis", 1);
  if (shape.size() < 2 || lengths.size() != 1)
    return in.error("expected at least 2 dimensions and 1 of lengths, found {} and {}",
                    shape.size(), lengths.size());
  if (time < 0 || time > 1 || batch != 1 - time)
    return in.error("expected time and batch as axes 0 and 1, found {} and {}", time, batch);
  INLAY_TRY(in.expect_equal(lengths[0], shape[static_cast<size_t>(batch)], "lengths"));
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_reverse_sequence(Lowering& low) {
  const Shape& shape = low.input_shape(0);
  const Operand x = low.dense(0), lengths = low.dense(1);
  low.step(
      {run_reverse_sequence,
       {x, lengths, low.output(0)},
       {shape[0], shape[1], low.exprs().product(std::span(shape).subspan(2))},
       std::make_shared<ReverseParams>(ReverseParams{
           low.node().integer("time_axis", 0) == 0, graph::dtype_bytes(low.input_type(0).dtype)})});
  return Status();
}

}  // namespace inlay::ops
