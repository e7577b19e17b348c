// ChannelAffine (domain "inlay"): activation(x * scale[c] + shift[c]), f32, what rewrites make of
// BatchNormalization. Inputs: x [n, c, …], scale [c], shift [c]. Attribute: "activation".
#include "ops/activations.h"
#include "ops/channels.h"

namespace inlay::ops {
namespace {

struct AffineParams {
  kernels::Activation activation;
};

// Operands: x, scale, shift, y. Sizes: n, c, elements of a channel.
Status run_affine(const StepCall& call) {
  channel_affine(call.run,
                 {call.sizes[0], call.sizes[1], call.sizes[2], call.at<const float>(1),
                  call.at<const float>(2), call.as<AffineParams>().activation},
                 call.at<const float>(0), call.at<float>(3));
  return Status();
}

}  // namespace

Status infer_channel_affine(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 3));
  for (size_t i = 0; i < 3; ++i) INLAY_TRY(in.expect_dtype(i, {DType::kFloat32}));
  if (!find_activation(in.node().text("activation", "")))
    return in.error("unknown activation {}", quote(in.node().text("activation", "")));
  return infer_channels(in, 2, 1, 3);
}

Status lower_channel_affine(Lowering& low) {
  const Shape& x = low.input_shape(0);
  const AffineParams params{*find_activation(low.node().text("activation", ""))};
  low.step({run_affine,
            {low.dense(0), low.dense(1), low.dense(2), low.output_over(0, 0)},
            {x[0], x[1], image_size(low.exprs(), x)},
            std::make_shared<AffineParams>(params)});
  return Status();
}

}  // namespace inlay::ops
