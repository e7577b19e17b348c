// LRN (ONNX 1…): x / (bias + alpha / size · Σ x² over `size` channels around)^beta.
#include <cmath>

#include "kernels/activation.h"
#include "ops/channels.h"
#include "ops/lanes.h"
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

struct LrnParams {
  int64_t before, behind;  // channels around one
  float scale, beta, bias;
};

constexpr int64_t kChunk = 1024;  // elements of a channel at a time

// sums[i] = bias + scale · Σ x² over the channels [first, last), whose planes are `plane` apart.
template <class T, class Sum>
void squares(const T* x, int64_t plane, int64_t first, int64_t last, const LrnParams& params,
             Sum* sums, int64_t n) {
  for (int64_t i = 0; i < n; ++i) sums[i] = 0;
  for (int64_t c = first; c < last; ++c)
    for (int64_t i = 0; i < n; ++i) {
      const Sum element = static_cast<Sum>(x[c * plane + i]);
      sums[i] += element * element;
    }
  for (int64_t i = 0; i < n; ++i)
    sums[i] = static_cast<Sum>(params.bias) + static_cast<Sum>(params.scale) * sums[i];
}

// y = x / sums^beta.
void scale_row(const float* x, float* sums, float* y, float beta, int64_t n) {
  kernels::unary(kernels::Unary::kLog, sums, sums, n);
  for (int64_t i = 0; i < n; ++i) sums[i] *= -beta;
  kernels::unary(kernels::Unary::kExp, sums, sums, n);
  for (int64_t i = 0; i < n; ++i) y[i] = x[i] * sums[i];
}
template <class T>
void scale_row(const T* x, double* sums, T* y, float beta, int64_t n) {
  for (int64_t i = 0; i < n; ++i)
    y[i] = from_sum<T>(static_cast<double>(x[i]) / std::pow(sums[i], static_cast<double>(beta)));
}

// Operands: x, y. Sizes: n, c, elements of a channel.
template <class T>
Status run_lrn(const StepCall& call) {
  using Sum = std::conditional_t<std::is_same_v<T, float>, float, double>;
  const int64_t n = call.sizes[0], c = call.sizes[1], size = call.sizes[2];
  const auto& params = call.as<LrnParams>();
  const int64_t chunks = (size + kChunk - 1) / kChunk;
  call.run.pool().parallel_for(n * c * chunks, [&](int64_t task) {
    if (call.run.cancelled()) return;
    const int64_t begin = task % chunks * kChunk, count = std::min(kChunk, size - begin);
    const int64_t plane = task / chunks, channel = plane % c;
    const T* x = call.at<const T>(0) + (plane - channel) * size + begin;
    Sum sums[kChunk];
    squares(x, size, std::max<int64_t>(channel - params.before, 0),
            std::min(channel + params.behind + 1, c), params, sums, count);
    scale_row(x + channel * size, sums, call.at<T>(1) + plane * size + begin, params.beta, count);
  });
  return Status();
}

constexpr auto kLrn = []<class T>(std::type_identity<T>) -> StepFn { return run_lrn<T>; };

}  // namespace

Status infer_lrn(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  if (in.node().integer("size", 0) < 1)
    return in.error("size: expected at least 1, found {}", in.node().integer("size", 0));
  return infer_channels(in, 2, 0, 0);
}

Status lower_lrn(Lowering& low) {
  const Shape& x = low.input_shape(0);
  const int64_t size = low.node().integer("size", 1);
  const LrnParams params{(size - 1) / 2, size / 2,
                         low.node().real("alpha", 1e-4f) / static_cast<float>(size),
                         low.node().real("beta", 0.75f), low.node().real("bias", 1.0f)};
  low.step({for_type(low.input_type(0).dtype, Floats(), kLrn),
            {low.dense(0), low.output(0)},
            {x[0], x[1], image_size(low.exprs(), x)},
            std::make_shared<LrnParams>(params)});
  return Status();
}

}  // namespace inlay::ops
