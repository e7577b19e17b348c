#include <cmath>

#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

void run_row(const float* x, float* y, int64_t columns, bool log) {
  double max = -INFINITY, total = 0;
  for (int64_t i = 0; i < columns; ++i) max = x[i] > max ? x[i] : max;
  for (int64_t i = 0; i < columns; ++i) total += std::exp(x[i] - max);
  for (int64_t i = 0; i < columns; ++i) {
    const double distance = x[i] - max;
    y[i] = static_cast<float>(log ? distance - std::log(total) : std::exp(distance) / total);
  }
}

void run(const SoftmaxArgs& args, int64_t row_begin, int64_t row_end) {
  for (int64_t row = row_begin; row < row_end; ++row) {
    run_row(args.x + row * args.x_stride, args.y + row * args.y_stride, args.columns, args.log);
  }
}

}  // namespace

const SoftmaxKernel kSoftmaxRef = {"softmax_f32_ref", 0, run};

}  // namespace inlay::kernels
