// ArgMin (ONNX 1…): the index of the least element along an axis, the first or last of equal ones.
#include "ops/arg_extreme.h"

namespace inlay::ops {

Status infer_arg_min(Inference& in) { return infer_arg_extreme(in); }

Status lower_arg_min(Lowering& low) { return lower_arg_extreme(low, false); }

}  // namespace inlay::ops
