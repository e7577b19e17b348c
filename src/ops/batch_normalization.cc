// BatchNormalization (ONNX 7…): (x - mean) / sqrt(variance + epsilon) * scale + bias, all for each channel.
// With training_mode (14…) the mean and the variance are the batch's, and outputs 1 and 2 are the running ones.
#include <cmath>

#include "ops/channels.h"
#include "ops/lanes.h"
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

struct NormParams {
  DType types[5];  // of x, scale, bias, mean, variance
  double epsilon, momentum;
  bool training;
};

// What a channel's elements are multiplied by, and what is added.
struct Affine {
  double scale, shift;
};

Affine affine_of(const StepCall& call, int64_t channel, double mean, double variance) {
  const auto& params = call.as<NormParams>();
  const double scale =
      float_at(call.data[1], params.types[1], channel) / std::sqrt(variance + params.epsilon);
  return {scale, float_at(call.data[2], params.types[2], channel) - mean * scale};
}

// Mean and variance of a channel over the batch.
template <class T>
std::pair<double, double> moments(const T* x, int64_t n, int64_t step, int64_t size) {
  const auto count = static_cast<double>(n * size);
  double mean = 0, variance = 0;
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < size; ++j) mean += static_cast<double>(x[i * step + j]);
  mean /= count;
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < size; ++j) {
      const double distance = static_cast<double>(x[i * step + j]) - mean;
      variance += distance * distance;
    }
  return {mean, variance / count};
}

void store_float(std::byte* data, DType dtype, int64_t i, double value) {
  switch (dtype) {
    case DType::kFloat64: reinterpret_cast<double*>(data)[i] = value; break;
    case DType::kFloat16: reinterpret_cast<Half*>(data)[i] = static_cast<float>(value); break;
    case DType::kBfloat16: reinterpret_cast<Bfloat16*>(data)[i] = static_cast<float>(value); break;
    default: reinterpret_cast<float*>(data)[i] = static_cast<float>(value);
  }
}

// Operands: x, scale, bias, mean, variance, y, running mean, running variance. Sizes: n, c, elements of
// a channel.
template <class T>
Status run_plain(const StepCall& call) {
  const int64_t n = call.sizes[0], c = call.sizes[1], size = call.sizes[2];
  const auto& params = call.as<NormParams>();
  constexpr int64_t kElementsPerTask = 1 << 13;
  for_each_range(
      call.run.pool(), c, kElementsPerTask / (n * size + 1) + 1, [&](int64_t begin, int64_t end) {
        for (int64_t channel = begin; channel < end && !call.run.cancelled(); ++channel) {
          const T* x = call.at<const T>(0) + channel * size;
          double mean = float_at(call.data[3], params.types[3], channel);
          double variance = float_at(call.data[4], params.types[4], channel);
          if (params.training) {
            const auto [batch_mean, batch_variance] = moments(x, n, c * size, size);
            const double kept = params.momentum, fresh = 1 - kept;
            if (call.data[6])
              store_float(call.data[6], params.types[3], channel, mean * kept + batch_mean * fresh);
            if (call.data[7])
              store_float(call.data[7], params.types[4], channel,
                          variance * kept + batch_variance * fresh);
            mean = batch_mean;
            variance = batch_variance;
          }
          const Affine affine = affine_of(call, channel, mean, variance);
          for (int64_t i = 0; i < n; ++i)
            for (int64_t j = i * c * size; j < i * c * size + size; ++j)
              call.at<T>(5)[channel * size + j] =
                  from_sum<T>(static_cast<double>(x[j]) * affine.scale + affine.shift);
        }
      });
  return Status();
}
Status run_kernel(const StepCall& call) {
  const int64_t c = call.sizes[1];
  const auto& params = call.as<NormParams>();
  INLAY_ASSIGN(std::byte* const scratch,
               call.run.scratch(2 * c * static_cast<int64_t>(sizeof(float)) + 64));
  auto *const scale = reinterpret_cast<float*>(scratch), *const shift = scale + c;
  for (int64_t i = 0; i < c; ++i) {
    const Affine affine = affine_of(call, i, float_at(call.data[3], params.types[3], i),
                                    float_at(call.data[4], params.types[4], i));
    scale[i] = static_cast<float>(affine.scale);
    shift[i] = static_cast<float>(affine.shift);
  }
  channel_affine(call.run,
                 {call.sizes[0], c, call.sizes[2], scale, shift, kernels::Activation::kNone},
                 call.at<const float>(0), call.at<float>(5));
  return Status();
}

constexpr auto kPlain = []<class T>(std::type_identity<T>) -> StepFn { return run_plain<T>; };

constexpr int kTrainingMode = 14;

}  // namespace

Status infer_batch_normalization(Inference& in) {
  INLAY_TRY(in.expect_inputs(5, 5));
  INLAY_TRY(infer_channels(in, 1, 1, 5));
  const bool training = in.node().integer("training_mode", 0) != 0;
  if (in.node().integer("spatial", 1) != 1)
    return in.error("spatial: expected 1, found {}", in.node().integer("spatial", 1));
  const bool more = in.wants(1) || in.wants(2) || in.wants(3) || in.wants(4);
  if (more && (!training || in.node().version < kTrainingMode || in.output_count() > 3))
    return in.error("expected one output outside of training, found {}", in.output_count());
  for (size_t i = 1; i < 3; ++i) {
    INLAY_ASSIGN(Shape shape, in.shape(2 + i));
    in.set_output(i, in.dtype(2 + i), std::move(shape));
  }
  return Status();
}

Status lower_batch_normalization(Lowering& low) {
  const Shape& x = low.input_shape(0);
  NormParams params{};
  for (size_t i = 0; i < 5; ++i) params.types[i] = low.input_type(i).dtype;
  params.epsilon = static_cast<double>(low.node().real("epsilon", 1e-5f));
  params.momentum = static_cast<double>(low.node().real("momentum", 0.9f));
  params.training = low.node().integer("training_mode", 0) != 0;
  const bool kernel = params.types[0] == DType::kFloat32 && !params.training;
  std::vector<Operand> operands;
  for (size_t i = 0; i < 5; ++i) operands.push_back(low.dense(i));
  operands.push_back(params.training ? low.output(0) : low.output_over(0, 0));
  operands.push_back(low.output(1));
  operands.push_back(low.output(2));
  low.step({kernel ? run_kernel : for_type(params.types[0], Floats(), kPlain),
            std::move(operands),
            {x[0], x.size() > 1 ? x[1] : low.constant(1), image_size(low.exprs(), x)},
            std::make_shared<NormParams>(params)});
  return Status();
}

}  // namespace inlay::ops
