// ArgMax (ONNX 1…): the index of the greatest element along an axis, the first or last of equal
// ones.
#include "ops/arg_extreme.h"

namespace inlay::ops {

Status infer_arg_max(Inference& in) { return infer_arg_extreme(in); }

Status lower_arg_max(Lowering& low) { return lower_arg_extreme(low, true); }

}  // namespace inlay::ops
