// InstanceNormalization (ONNX 1…): each channel of each element of the batch normalized on its own.
#include "ops/channels.h"
#include "ops/group_norm.h"

namespace inlay::ops {

Status infer_instance_normalization(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 3));
  for (size_t i = 1; i < 3; ++i) INLAY_TRY(in.expect_dtype(i, {in.dtype(0)}));
  return infer_channels(in, 2, 1, 3);
}

Status lower_instance_normalization(Lowering& low) {
  return lower_group_norm(low, low.input_shape(0)[1], false);
}

}  // namespace inlay::ops
