// Convolutions of few positions: a product of windows as rows, [n · positions, taps · c], and weights as packed
// columns, which come from memory once.
//
// A window's row holds tap after tap, each with all channels, so that taps that touch each other are one copy from
// the image as [positions, c]. Taps that see nothing but padding are left out, of weights too.
#include <algorithm>
#include <cstring>

#include "kernels/gemm.h"
#include "ops/convolution.h"
#include "ops/packed_gemm.h"
#include "ops/weights.h"

namespace inlay::ops {
namespace {

// Rows of windows that are kept at a time.
constexpr int64_t kRowsAtOnce = 256;
// Multiply-adds that are worth waking other threads: some 20 µs.
constexpr int64_t kSharedWork = 1 << 20;

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
    kernel.pack({tensor.data.data() + part.offset * graph::dtype_bytes(tensor.dtype),
                 element_of(tensor.dtype), part.k, part.n, part.k_stride, part.n_stride, 1.0f,
                 -begin},
                part.k, n, begin, begin + n, to);
    to += part.k * tile;
  }
}

struct FewConv {
  const ConvProblem& p;
  const std::array<TapRange, 3>& used;
  int64_t positions, image;

  int64_t used_count(size_t axis) const { return used[axis].last - used[axis].first; }
  int64_t k() const { return used_count(0) * used_count(1) * used_count(2) * p.c; }

  // [c, image] to [image, c].
  void transpose(const float* x, float* to) const {
    for (int64_t c = 0; c < p.c; ++c)
      for (int64_t i = 0; i < image; ++i) to[i * p.c + c] = x[c * image + i];
  }

  // The last axis's taps of a window: from the row of the image at `from`, or zeros where that is null.
  float* copy_taps(const float* from, int64_t x, float* to) const {
    const Axis& axis = p.axes[2];
    const TapRange range = from ? inside(axis, x) : TapRange{used[2].first, used[2].first};
    const int64_t start = x * axis.stride - axis.front;
    for (int64_t tap = used[2].first; tap < used[2].last;) {
      const bool zero = tap < range.first || tap >= range.last;
      const int64_t end = zero ? (tap < range.first ? range.first : used[2].last)
                          : axis.dilation == 1 ? range.last
                                               : tap + 1;
      const auto bytes = static_cast<size_t>((end - tap) * p.c) * sizeof(float);
      if (zero)
        std::memset(to, 0, bytes);
      else
        std::memcpy(to, from + (start + tap * axis.dilation) * p.c, bytes);
      to += (end - tap) * p.c;
      tap = end;
    }
    return to;
  }

  // The window of a position in an image [image, c].
  void copy_window(const float* x, int64_t position, float* to) const {
    const Axis &az = p.axes[0], &ay = p.axes[1], &ax = p.axes[2];
    const int64_t rows = position / ax.out, column = position % ax.out;
    for (int64_t tz = used[0].first; tz < used[0].last; ++tz)
      for (int64_t ty = used[1].first; ty < used[1].last; ++ty) {
        const int64_t z = rows / ay.out * az.stride + tz * az.dilation - az.front;
        const int64_t y = rows % ay.out * ay.stride + ty * ay.dilation - ay.front;
        const bool seen = z >= 0 && z < az.in && y >= 0 && y < ay.in;
        to = copy_taps(seen ? x + (z * ay.in + y) * ax.in * p.c : nullptr, column, to);
      }
  }
};

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

Status run_conv_few(const StepCall& call) {
  const ConvProblem p(call, 3);
  const auto& params = call.as<ConvParams>();
  const FewConv few{p, params.used, out_count(p.axes), in_count(p.axes)};
  const int64_t k = few.k(), positions = few.positions, m = p.m;
  if (p.n * m == 0) return Status();
  const int64_t images = std::min(p.n, divide_up(kRowsAtOnce, positions));
  const int64_t rows = images * positions;
  const bool turns_in = p.c > 1 && few.image > 1, turns_out = positions > 1;
  const int64_t sizes[] = {turns_in ? few.image * p.c : 0, rows * k, turns_out ? rows * m : 0};
  INLAY_ASSIGN(std::byte* const scratch, call.run.scratch((sizes[0] + sizes[1] + sizes[2]) * 4));
  auto* const turned = reinterpret_cast<float*>(scratch);
  float *const windows = turned + sizes[0], *const made = windows + sizes[1];
  for (int64_t first = 0; first < p.n && !call.run.cancelled(); first += images) {
    const int64_t count = std::min(images, p.n - first);
    for (int64_t i = 0; i < count; ++i) {
      const float* x = call.at<const float>(0) + (first + i) * p.c * few.image;
      if (turns_in) few.transpose(x, turned);
      for (int64_t position = 0; position < positions; ++position)
        few.copy_window(turns_in ? turned : x, position, windows + (i * positions + position) * k);
    }
    const int64_t offset = first * m * positions, each = m * positions;
    float* const y = call.at<float>(4) + offset;
    const float* const residual = call.data[3] ? call.at<const float>(3) + offset : nullptr;
    for (int64_t i = 0; i < count * each && residual && turns_out; ++i)
      made[i / each * each + i % positions * m + i % each / positions] = residual[i];
    kernels::GemmArgs args{};
    args.a = windows;
    args.a_stride = k;
    args.b_packed = call.at<const float>(1);
    args.bias = call.at<const float>(2);
    args.c = turns_out ? made : y;
    args.residual = !residual ? nullptr : turns_out ? made : residual;
    args.residual_first = true;
    args.c_stride = args.residual_stride = m;
    args.m = count * positions;
    args.n = m;
    args.k = k;
    args.activation = params.activation;
    if (args.m * m * k < kSharedWork)
      kernels::gemm_kernel().run(args, 0, args.m, 0, m);
    else
      INLAY_TRY(run_gemm(call.run, args));
    for (int64_t i = 0; i < count && turns_out; ++i)
      for (int64_t row = 0; row < m; ++row)
        for (int64_t position = 0; position < positions; ++position)
          y[(i * m + row) * positions + position] = made[(i * positions + position) * m + row];
  }
  return Status();
}

}  // namespace inlay::ops
