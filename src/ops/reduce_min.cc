// ReduceMin (ONNX 1…): least elements.
#include "ops/reduction.h"

namespace inlay::ops {

Status infer_reduce_min(Inference& in) { return infer_reduction(in); }

Status lower_reduce_min(Lowering& low) { return lower_reduction(low, Reduction::kMin); }

}  // namespace inlay::ops
