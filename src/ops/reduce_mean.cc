// ReduceMean (ONNX 1…): means; those of integers round towards 0.
#include "ops/reduction.h"

namespace inlay::ops {

Status infer_reduce_mean(Inference& in) { return infer_reduction(in); }

Status lower_reduce_mean(Lowering& low) { return lower_reduction(low, Reduction::kMean); }

}  // namespace inlay::ops
