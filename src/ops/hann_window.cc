// HannWindow (ONNX 17…): 0.5 - 0.5 cos.
#include "ops/window.h"

namespace inlay::ops {

Status infer_hann_window(Inference& in) { return infer_window(in); }

Status lower_hann_window(Lowering& low) { return lower_window(low, {0.5, 0.5, 0}); }

}  // namespace inlay::ops
