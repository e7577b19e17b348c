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

namespace inlay::ops {
namespace {

// Rows of windows that are kept at a time.
constexpr int64_t kRowsAtOnce = 256;
// Multiply-adds that are worth waking other threads: some 20 µs.
constexpr int64_t kSharedWork = 1 << 20;

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
      const int64_t end = zero                 ? (tap < range.first ? range.first : used[2].last)
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

}  // namespace

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
