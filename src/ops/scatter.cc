// Scatter (ONNX 9, 10): the first name of ScatterElements.
#include "ops/scattering.h"

namespace inlay::ops {

Status infer_scatter(Inference& in) { return infer_scatter_elements(in); }

Status lower_scatter(Lowering& low) { return lower_scatter_elements(low); }

}  // namespace inlay::ops
