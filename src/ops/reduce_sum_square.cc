// ReduceSumSquare (ONNX 1…): sums of squares.
#include "ops/reduction.h"

namespace inlay::ops {

Status infer_reduce_sum_square(Inference& in) { return infer_reduction(in); }

Status lower_reduce_sum_square(Lowering& low) {
  return lower_reduction(low, Reduction::kSumSquare);
}

}  // namespace inlay::ops
