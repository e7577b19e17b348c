// GroupNormalization (ONNX 18…): groups of channels normalized on their own. Scale and bias have an element for each
// channel; in version 18 for each group.
#include "ops/channels.h"
#include "ops/group_norm.h"

namespace inlay::ops {
namespace {

constexpr int kScaleByChannel = 21;

}  // namespace

Status infer_group_normalization(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 3));
  const int64_t groups = in.node().integer("num_groups", 0);
  if (groups < 1) return in.error("num_groups: expected at least 1, found {}", groups);
  const bool by_channel = in.node().version >= kScaleByChannel;
  for (size_t i = 1; i < 3; ++i) {
    INLAY_TRY(in.expect_dtype(i, {in.dtype(0)}));
    INLAY_ASSIGN(const Shape parameter, in.shape(i));
    if (!by_channel)
      INLAY_TRY(in.expect_equal(in.exprs().product(parameter), in.constant(groups),
                                "elements for groups"));
  }
  INLAY_TRY(infer_channels(in, 2, 1, by_channel ? 3 : 1));
  INLAY_ASSIGN(const Shape shape, in.shape(0));
  return in.expect_equal(in.exprs().mod(shape[1], in.constant(groups)), in.constant(0),
                         "channels left over by groups");
}

Status lower_group_normalization(Lowering& low) {
  return lower_group_norm(low, low.constant(low.node().integer("num_groups", 1)),
                          low.node().version < kScaleByChannel);
}

}  // namespace inlay::ops
