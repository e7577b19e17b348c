#include <cmath>

#include "kernels/entries.h"
#include "kernels/ref/activation_ref.h"

namespace inlay::kernels {
namespace {

constexpr int32_t kLanes = 4;

// Calls visit(tap, element) for each tap of a window; `around` stands outside of the image.
template <class Visit>
void for_each_element(const DepthwiseArgs& a, const float* image, int64_t row, int64_t column,
                      float around, Visit visit) {
  for (int64_t tap = 0; tap < a.rows.kernel * a.columns.kernel; ++tap) {
    const int64_t i = tap / a.columns.kernel, j = tap % a.columns.kernel;
    const int64_t y = row * a.rows.stride + i * a.rows.dilation - a.rows.front;
    const int64_t x = column * a.columns.stride + j * a.columns.dilation - a.columns.front;
    const bool inside = y >= 0 && y < a.rows.in && x >= 0 && x < a.columns.in;
    visit(tap, inside ? image[y * a.columns.in + x] : around);
  }
}

// Calls output(channel, image, row, column, offset in y) for each output.
template <class Output>
void for_each_output(const DepthwiseArgs& a, Output output) {
  for (int64_t c = 0; c < a.channels; ++c) {
    const float* image = a.x + c * a.rows.in * a.columns.in;
    for (int64_t row = a.begin; row < a.end; ++row) {
      for (int64_t column = 0; column < a.columns.out; ++column) {
        output(c, image, row, column, (c * a.rows.out + row) * a.columns.out + column);
      }
    }
  }
}

void weighted_sum(const DepthwiseArgs& a) {
  for_each_output(a, [&](int64_t c, const float* image, int64_t row, int64_t column, int64_t at) {
    float sum = a.bias ? a.bias[c] : 0;
    for_each_element(a, image, row, column, 0, [&](int64_t tap, float x) {
      sum = std::fma(a.weights ? a.weights[c * a.weight_stride + tap] : 1.0f, x, sum);
    });
    if (a.residual) sum += a.residual[at];
    a.y[at] = static_cast<float>(activation_ref(a.activation, static_cast<double>(sum)));
  });
}

void highest(const DepthwiseArgs& a) {
  for_each_output(a, [&](int64_t, const float* image, int64_t row, int64_t column, int64_t at) {
    float best = -__builtin_inff();
    for_each_element(a, image, row, column, -__builtin_inff(),
                     [&](int64_t, float x) { best = x > best ? x : best; });
    a.y[at] = best;
  });
}

}  // namespace

const DepthwiseKernel kDepthwiseRef = {"depthwise_f32_ref", 0, kLanes, weighted_sum, highest};

}  // namespace inlay::kernels
