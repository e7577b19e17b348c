#include <cmath>

#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

// n elements, x_step and y_step apart.
void run_line(const float* x, int64_t x_step, float* y, int64_t y_step, int64_t n, bool log) {
  double max = -INFINITY, total = 0;
  for (int64_t i = 0; i < n; ++i) max = x[i * x_step] > max ? x[i * x_step] : max;
  for (int64_t i = 0; i < n; ++i) total += std::exp(x[i * x_step] - max);
  for (int64_t i = 0; i < n; ++i) {
    const double distance = x[i * x_step] - max;
    y[i * y_step] =
        static_cast<float>(log ? distance - std::log(total) : std::exp(distance) / total);
  }
}

void run(const SoftmaxArgs& args, int64_t row_begin, int64_t row_end) {
  for (int64_t row = row_begin; row < row_end; ++row) {
    run_line(args.x + row * args.x_stride, 1, args.y + row * args.y_stride, 1, args.columns,
             args.log);
  }
}

void columns(const SoftmaxArgs& args, int64_t rows) {
  for (int64_t i = 0; i < args.columns; ++i)
    run_line(args.x + i, args.x_stride, args.y + i, args.y_stride, rows, args.log);
}

}  // namespace

const SoftmaxKernel kSoftmaxRef = {"softmax_f32_ref", 0, run, columns};

}  // namespace inlay::kernels
