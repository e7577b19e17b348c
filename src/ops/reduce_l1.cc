// ReduceL1 (ONNX 1…): sums of absolute values.
#include "ops/reduction.h"

namespace inlay::ops {

Status infer_reduce_l1(Inference& in) { return infer_reduction(in); }

Status lower_reduce_l1(Lowering& low) { return lower_reduction(low, Reduction::kL1); }

}  // namespace inlay::ops
