// Softmax (ONNX 1…): exp(x) over its sum along an axis; before 13, over all axes from `axis` on.
#include "ops/softmax_along.h"

namespace inlay::ops {

Status infer_softmax(Inference& in) { return infer_softmax_along(in); }

Status lower_softmax(Lowering& low) { return lower_softmax_along(low, false); }

}  // namespace inlay::ops
