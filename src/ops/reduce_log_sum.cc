// ReduceLogSum (ONNX 1…): logarithms of sums.
#include "ops/reduction.h"

namespace inlay::ops {

Status infer_reduce_log_sum(Inference& in) { return infer_reduction(in); }

Status lower_reduce_log_sum(Lowering& low) { return lower_reduction(low, Reduction::kLogSum); }

}  // namespace inlay::ops
