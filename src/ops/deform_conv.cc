// DeformConv (ONNX 19…): a Conv over images whose taps are moved by offsets [n, groups · taps · 2, …] and weighted by a
// mask; elements between others are interpolated, those outside are 0.
#include <cmath>

#include "ops/convolution.h"
#include "ops/element_types.h"
#include "ops/lanes.h"
#include "ops/op.h"
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

struct DeformParams : ConvParams {
  int64_t offset_groups;
};

// The element of an image [h, w] at a place between elements.
template <class T>
double interpolate(const T* image, int64_t h, int64_t w, double y, double x) {
  if (!(y > -1 && x > -1 && y < static_cast<double>(h) && x < static_cast<double>(w))) return 0;
  const double top = std::floor(y), left = std::floor(x);
  const auto row = static_cast<int64_t>(top), column = static_cast<int64_t>(left);
  const auto at = [&](int64_t i, int64_t j) {
    return i >= 0 && i < h && j >= 0 && j < w ? static_cast<double>(image[i * w + j]) : 0.0;
  };
  const double upper = at(row, column) * (1 - (x - left)) + at(row, column + 1) * (x - left);
  const double lower =
      at(row + 1, column) * (1 - (x - left)) + at(row + 1, column + 1) * (x - left);
  return upper * (1 - (y - top)) + lower * (y - top);
}

// Operands: x, weights, bias, mask, y, offsets. Sizes: those of Conv.
template <class T>
struct Deformed {
  const StepCall& call;
  const ConvProblem& p;
  int64_t offset_groups, positions, taps;

  // The window of all channels of a group for one output place.
  void window(int64_t n, int64_t group, int64_t place, double* to) const {
    const Axis &ay = p.axes[0], &ax = p.axes[1];
    const int64_t channels = p.group_channels();
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t channel = group * channels + c;
      const int64_t moved = n * offset_groups + channel / (p.c / offset_groups);
      const T* image = call.at<const T>(0) + (n * p.c + channel) * ay.in * ax.in;
      for (int64_t tap = 0; tap < taps; ++tap) {
        const T* offset = call.at<const T>(5) + (moved * taps + tap) * 2 * positions + place;
        const double y = static_cast<double>(place / ax.out * ay.stride - ay.front +
                                             tap / ax.kernel * ay.dilation) +
                         static_cast<double>(offset[0]);
        const double x = static_cast<double>(place % ax.out * ax.stride - ax.front +
                                             tap % ax.kernel * ax.dilation) +
                         static_cast<double>(offset[positions]);
        const double weight =
            call.data[3]
                ? static_cast<double>(call.at<const T>(3)[(moved * taps + tap) * positions + place])
                : 1.0;
        *to++ = weight * interpolate(image, ay.in, ax.in, y, x);
      }
    }
  }
};

template <class T>
Status run_deform_conv(const StepCall& call) {
  const ConvProblem p(call);
  INLAY_TRY(check_axes(p.axes));
  const int64_t positions = out_count(p.axes), taps = tap_count(p.axes);
  const int64_t k = p.group_channels() * taps, rows = p.group_rows();
  const int64_t tasks = p.n * p.groups * positions;
  if (tasks * rows == 0) return Status();
  const Deformed<T> deformed{call, p, call.as<DeformParams>().offset_groups, positions, taps};
  constexpr int64_t kPlaces = 16;
  const int64_t lanes = lane_count(call.run.pool(), (tasks + kPlaces - 1) / kPlaces);
  INLAY_ASSIGN(std::byte* const scratch,
               call.run.scratch(lanes * k * static_cast<int64_t>(sizeof(double)) + 64));
  for_each_in_lanes(
      call.run.pool(), (tasks + kPlaces - 1) / kPlaces, lanes, [&](int64_t lane, int64_t block) {
        double* const window = reinterpret_cast<double*>(scratch) + lane * k;
        const int64_t end = std::min(tasks, (block + 1) * kPlaces);
        for (int64_t task = block * kPlaces; task < end && !call.run.cancelled(); ++task) {
          const int64_t place = task % positions, product = task / positions;
          const int64_t group = product % p.groups;
          deformed.window(product / p.groups, group, place, window);
          for (int64_t row = 0; row < rows; ++row) {
            const int64_t m = group * rows + row;
            const T* w = call.at<const T>(1) + m * k;
            double sum = call.data[2] ? static_cast<double>(call.at<const T>(2)[m]) : 0.0;
            for (int64_t i = 0; i < k; ++i) sum += static_cast<double>(w[i]) * window[i];
            call.at<T>(4)[(product * rows + row) * positions + place] = from_sum<T>(sum);
          }
        }
      });
  return Status();
}

constexpr auto kDeformConv = []<class T>(std::type_identity<T>) -> StepFn {
  return run_deform_conv<T>;
};

Result<std::vector<WindowAxis>> axes_of(const graph::Graph& graph, const graph::Node& node,
                                        const Shape& x, const Shape& weights) {
  return windows_of(graph, node, std::span(x).subspan(2), std::span(weights).subspan(2));
}

}  // namespace

Status infer_deform_conv(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 5));
  INLAY_TRY(
      in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kFloat16, DType::kBfloat16}));
  for (size_t i = 1; i < in.input_count(); ++i)
    if (in.has(i)) INLAY_TRY(in.expect_dtype(i, {in.dtype(0)}));
  ExprPool& e = in.exprs();
  INLAY_ASSIGN(const Shape x, in.shape(0));
  INLAY_ASSIGN(const Shape weights, in.shape(1));
  INLAY_ASSIGN(const Shape offsets, in.shape(2));
  if (x.size() != 4 || weights.size() != 4 || offsets.size() != 4)
    return in.error("expected inputs 0, 1 and 2 of 4 dimensions, found {}, {} and {}", x.size(),
                    weights.size(), offsets.size());
  const int64_t groups = in.node().integer("group", 1);
  const int64_t offset_groups = in.node().integer("offset_group", 1);
  if (groups < 1 || offset_groups < 1)
    return in.error("group and offset_group: expected at least 1, found {} and {}", groups,
                    offset_groups);
  INLAY_TRY(in.expect_equal(e.mul(weights[1], in.constant(groups)), x[1], "channels"));
  INLAY_TRY(in.expect_equal(e.mod(weights[0], in.constant(groups)), in.constant(0),
                            "output channels that are left over by groups"));
  INLAY_TRY(in.expect_equal(e.mod(x[1], in.constant(offset_groups)), in.constant(0),
                            "channels left over by offset groups"));
  INLAY_ASSIGN(const auto axes, axes_of(in.graph(), in.node(), x, weights));
  const Expr taps = e.mul(in.constant(offset_groups), e.mul(weights[2], weights[3]));
  INLAY_TRY(in.expect_equal(offsets[0], x[0], "batch of offsets"));
  INLAY_TRY(in.expect_equal(offsets[1], e.mul(taps, in.constant(2)), "offsets"));
  Shape shape{x[0], weights[0], axes[0].out, axes[1].out};
  for (size_t a = 2; a < 4; ++a) INLAY_TRY(in.expect_equal(offsets[a], shape[a], "offsets"));
  if (in.has(3)) {
    INLAY_ASSIGN(const Shape bias, in.shape(3));
    INLAY_TRY(in.expect_equal(e.product(bias), weights[0], "bias"));
  }
  if (in.has(4)) {
    INLAY_ASSIGN(const Shape mask, in.shape(4));
    INLAY_TRY(in.expect_equal(e.product(mask), e.mul(e.mul(x[0], taps), e.mul(shape[2], shape[3])),
                              "mask"));
  }
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_deform_conv(Lowering& low) {
  const Shape &x = low.input_shape(0), &weights = low.input_shape(1);
  INLAY_ASSIGN(const auto axes, axes_of(low.graph(), low.node(), x, weights));
  DeformParams params{};
  params.rank = 2;
  params.offset_groups = low.node().integer("offset_group", 1);
  Lowering::StepSpec spec{
      for_type(low.input_type(0).dtype, Floats(), kDeformConv),
      {low.dense(0), low.dense(1), low.dense(3), low.dense(4), low.output(0), low.dense(2)},
      {x[0], x[1], weights[0], low.constant(low.node().integer("group", 1))},
      nullptr};
  push_axes(low.exprs(), spec.sizes, axes);
  spec.params = std::make_shared<DeformParams>(params);
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
