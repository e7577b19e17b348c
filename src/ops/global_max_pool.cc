// GlobalMaxPool (ONNX 1…): the greatest element of each channel.
#include "ops/pooling.h"
#include "ops/reduction.h"

namespace inlay::ops {

Status infer_global_max_pool(Inference& in) { return infer_global_pool(in); }

Status lower_global_max_pool(Lowering& low) {
  return lower_reduction(low, Reduction::kMax, spatial_axes(low.input_shape(0)));
}

}  // namespace inlay::ops
