// ReduceProd (ONNX 1…): products.
#include "ops/reduction.h"

namespace inlay::ops {

Status infer_reduce_prod(Inference& in) { return infer_reduction(in); }

Status lower_reduce_prod(Lowering& low) { return lower_reduction(low, Reduction::kProduct); }

}  // namespace inlay::ops
