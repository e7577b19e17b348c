// ReduceLogSumExp (ONNX 1…): logarithms of sums of exponentials.
#include "ops/reduction.h"

namespace inlay::ops {

Status infer_reduce_log_sum_exp(Inference& in) { return infer_reduction(in); }

Status lower_reduce_log_sum_exp(Lowering& low) {
  return lower_reduction(low, Reduction::kLogSumExp);
}

}  // namespace inlay::ops
