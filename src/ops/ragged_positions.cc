// RaggedPositions (domain "inlay"): each token's place in its row, 0 for the first.
//
// Inputs: a tensor [tokens, ...] of which only the size counts, row_offsets int64 [rows + 1].
// Output: int64 [tokens].
#include "ops/op.h"
#include "ops/row_offsets.h"

namespace inlay::ops {
namespace {

// Operands: row_offsets, output. Sizes: tokens, rows.
Status run_ragged_positions(const StepCall& call) {
  INLAY_ASSIGN(const RowOffsets offsets,
               RowOffsets::read(call.at<const int64_t>(0), call.sizes[1], call.sizes[0]));
  offsets.fill_places(0, call.at<int64_t>(1));
  return Status();
}

}  // namespace

Status infer_ragged_positions(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_ASSIGN(const Shape tokens, in.shape(0));
  if (tokens.empty()) return in.error("input 0: expected at least 1 dimension, found 0");
  INLAY_TRY(expect_row_offsets(in, 1));
  in.set_output(0, DType::kInt64, {tokens[0]});
  return Status();
}

Status lower_ragged_positions(Lowering& low) {
  const Operand offsets = low.dense(1);
  low.step({run_ragged_positions,
            {offsets, low.output(0)},
            {low.input_shape(0)[0], row_count(low, 1)},
            nullptr});
  return Status();
}

}  // namespace inlay::ops
