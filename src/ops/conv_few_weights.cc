// When a convolution is one of few positions, and its weights as run_conv_few multiplies by them.
#include <algorithm>

#include "kernels/gemm.h"
#include "ops/convolution.h"
#include "ops/weights.h"

namespace inlay::ops {
namespace {

Result<int64_t> columns_bytes(const PackRecipe& recipe) {
  const int64_t bytes = kernels::gemm_kernel().packed_bytes(1, recipe.n);
  int64_t all = 0;
  if (__builtin_mul_overflow(bytes, recipe.k, &all))
    return invalid("weights of {} by {} are too large", recipe.k, recipe.n);
  return all;
}

int64_t columns_units(const PackRecipe& recipe) {
  return divide_up(recipe.n, kernels::gemm_kernel().tile_n);
}

// One panel. Parts lie below each other; one of k = 0 is what each column is multiplied by.
void pack_columns(const PackRecipe& recipe, int64_t unit, std::byte* target) {
  const kernels::GemmKernel& kernel = kernels::gemm_kernel();
  const int64_t tile = kernel.tile_n, begin = unit * tile, n = std::min(tile, recipe.n - begin);
  float* const panel = reinterpret_cast<float*>(target) + unit * tile * recipe.k;
  float* to = panel;
  for (const PackPart& part : recipe.parts) {
    const graph::Tensor& tensor = *part.tensor;
    for (int64_t i = 0; i < recipe.k && part.k == 0; ++i)
      for (int64_t column = 0; column < n; ++column)
        panel[i * tile + column] *= read_weight(tensor, begin + column);
    if (part.k == 0) continue;
    kernel.pack(
        {tensor.data.data() + part.offset * graph::dtype_bytes(tensor.dtype),
         element_of(tensor.dtype), part.k, part.n, part.k_stride, part.n_stride, 1.0f, -begin},
        part.k, n, begin, begin + n, to);
    to += part.k * tile;
  }
}

// Taps that some output sees.
TapRange used_taps(const Axis& axis) {
  TapRange used{axis.kernel, 0};
  for (int64_t i = 0; i < axis.out; ++i) {
    const TapRange range = inside(axis, i);
    if (range.first >= range.last) continue;
    used = {std::min(used.first, range.first), std::max(used.last, range.last)};
  }
  return used.first < used.last ? used : TapRange{0, 1};
}

}  // namespace

constinit const PackLayout kWeightColumnsLayout{"weight_columns_f32", columns_bytes, columns_units,
                                                pack_columns, false};

std::optional<std::array<TapRange, 3>> few_positions(ExprPool& exprs, int64_t rows,
                                                     std::span<const WindowAxis> axes) {
  constexpr int64_t kFewPositions = 8, kMostOfPanel = 32 * 1024;
  std::array<TapRange, 3> used{TapRange{0, 1}, TapRange{0, 1}, TapRange{0, 1}};
  int64_t positions = 1, taps = 1;
  for (size_t i = 0; i < axes.size(); ++i) {
    const WindowAxis& a = axes[i];
    const auto in = exprs.value(a.in), out = exprs.value(a.out), kernel = exprs.value(a.kernel),
               front = exprs.value(a.front);
    if (!in || !out || !kernel || !front || *out < 1 || *out > kFewPositions || *in < 1) return {};
    positions *= *out;
    used[3 - axes.size() + i] = used_taps({*in, *out, *kernel, *front, 0, a.stride, a.dilation});
    taps *= *kernel;
  }
  // A panel for a few rows takes more memory than they do.
  const bool wide = rows * 2 >= kernels::gemm_kernel().tile_n || taps <= kMostOfPanel / 1024;
  if (positions > kFewPositions || !wide) return {};
  return used;
}

PackRecipe weight_columns(const graph::TensorRef& weights, const graph::TensorRef& scale,
                          const std::array<TapRange, 3>& used) {
  const std::vector<int64_t>& shape = weights->shape;
  const int64_t m = shape[0], c = shape[1];
  std::array<int64_t, 3> kernel{1, 1, 1};
  std::copy(shape.begin() + 2, shape.end(), kernel.end() - static_cast<int64_t>(shape.size() - 2));
  const int64_t taps = kernel[0] * kernel[1] * kernel[2];
  const bool one = c == 1;  // neighbouring taps are neighbours in memory
  PackRecipe recipe{&kWeightColumnsLayout, {}, 0, m};
  for (int64_t z = used[0].first; z < used[0].last; ++z)
    for (int64_t y = used[1].first; y < used[1].last; ++y)
      for (int64_t x = used[2].first; x < used[2].last; x += one ? used[2].last : 1) {
        const int64_t k = one ? used[2].last - used[2].first : c;
        const int64_t tap = (z * kernel[1] + y) * kernel[2] + x;
        recipe.parts.push_back({weights, tap, k, m, one ? 1 : taps, c * taps, 1});
        recipe.k += k;
      }
  if (scale) recipe.parts.push_back({scale, 0, 0, m, 0, 1, 1});
  return recipe;
}

}  // namespace inlay::ops
