// ReduceMax (ONNX 1…): greatest elements.
#include "ops/reduction.h"

namespace inlay::ops {

Status infer_reduce_max(Inference& in) { return infer_reduction(in); }

Status lower_reduce_max(Lowering& low) { return lower_reduction(low, Reduction::kMax); }

}  // namespace inlay::ops
