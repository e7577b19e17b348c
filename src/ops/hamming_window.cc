// HammingWindow (ONNX 17…): 25/46 - 21/46 cos.
#include "ops/window.h"

namespace inlay::ops {

Status infer_hamming_window(Inference& in) { return infer_window(in); }

Status lower_hamming_window(Lowering& low) { return lower_window(low, {25.0 / 46, 21.0 / 46, 0}); }

}  // namespace inlay::ops
