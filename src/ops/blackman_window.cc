// BlackmanWindow (ONNX 17…): 0.42 - 0.5 cos + 0.08 cos of twice the angle.
#include "ops/window.h"

namespace inlay::ops {

Status infer_blackman_window(Inference& in) { return infer_window(in); }

Status lower_blackman_window(Lowering& low) { return lower_window(low, {0.42, 0.5, 0.08}); }

}  // namespace inlay::ops
