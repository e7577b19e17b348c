// ReduceL2 (ONNX 1…): square roots of sums of squares.
#include "ops/reduction.h"

namespace inlay::ops {

Status infer_reduce_l2(Inference& in) { return infer_reduction(in); }

Status lower_reduce_l2(Lowering& low) { return lower_reduction(low, Reduction::kL2); }

}  // namespace inlay::ops
