// ReduceSum (ONNX 1…): sums.
#include "ops/reduction.h"

namespace inlay::ops {

Status infer_reduce_sum(Inference& in) { return infer_reduction(in); }

Status lower_reduce_sum(Lowering& low) { return lower_reduction(low, Reduction::kSum); }

}  // namespace inlay::ops
