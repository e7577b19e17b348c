// The oracle: the sum in f32 (it may be an output), the statistics in double.
#include <cmath>

#include "kernels/entries.h"
#include "kernels/ref/layer_norm_ref.h"

namespace inlay::kernels {
namespace {

void run(const LayerNormArgs& args, int64_t row_begin, int64_t row_end) {
  for (int64_t row = row_begin; row < row_end; ++row) {
    const float* x = args.x + row * args.x_stride;
    float* y = args.y + row * args.y_stride;
    for (int64_t i = 0; i < args.columns; ++i) {
      y[i] = args.residual ? x[i] + args.residual[row * args.residual_stride + i] : x[i];
      if (args.sum) args.sum[row * args.y_stride + i] = y[i];
    }
    normalize_row_ref(y, args.gamma, args.beta, args.epsilon, args.rms, y, args.columns);
  }
}

}  // namespace

void normalize_row_ref(const float* x, const float* gamma, const float* beta, float epsilon,
                       bool rms, float* y, int64_t columns) {
  const double n = static_cast<double>(columns);
  double mean = 0, variance = 0;
  for (int64_t i = 0; i < columns && !rms; ++i) mean += x[i] / n;
  for (int64_t i = 0; i < columns; ++i) variance += (x[i] - mean) * (x[i] - mean) / n;
  const double scale = 1 / std::sqrt(variance + epsilon);
  for (int64_t i = 0; i < columns; ++i) {
    const double value = (x[i] - mean) * scale * (gamma ? gamma[i] : 1) + (beta ? beta[i] : 0);
    y[i] = static_cast<float>(value);
  }
}

const LayerNormKernel kLayerNormRef = {"layer_norm_f32_ref", 0, run};

}  // namespace inlay::kernels
