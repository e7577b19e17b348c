// LogSoftmax (ONNX 1…): the logarithm of Softmax along an axis; before 13, over all axes from
// `axis` on.
#include "ops/softmax_along.h"

namespace inlay::ops {

Status infer_log_softmax(Inference& in) { return infer_softmax_along(in); }

Status lower_log_softmax(Lowering& low) { return lower_softmax_along(low, true); }

}  // namespace inlay::ops
