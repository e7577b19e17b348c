// GridSample (ONNX 16…): elements of the input at places that a grid names, in [-1, 1] for each axis, the last axis
// first. Modes: "linear" (before 20 "bilinear"), "nearest", "cubic" ("bicubic").
#include <array>
#include <cmath>

#include "kernels/window_rows.h"
#include "ops/channels.h"
#include "ops/channels_last.h"
#include "ops/lanes.h"
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

enum class Mode { kLinear, kNearest, kCubic };
enum class Padding { kZeros, kBorder, kReflection };

struct GridParams {
  Mode mode;
  Padding padding;
  bool align_corners;
  int64_t rank;  // of the spatial axes
  DType grid_type;
};

constexpr size_t kMostAxes = 8;
constexpr double kCubicA = -0.75;

// `x` folded back into [low, high] as often as needed.
double reflect(double x, double low, double high) {
  const double range = high - low;
  if (range <= 0) return low;
  double distance = std::fabs(x - low);
  distance = std::fmod(distance, 2 * range);
  return low + (distance > range ? 2 * range - distance : distance);
}

// One axis of the input.
struct SampleAxis {
  int64_t size;
  bool align_corners;
  Padding padding;

  double low() const { return align_corners ? 0 : -0.5; }
  double high() const { return static_cast<double>(size) - (align_corners ? 1.0 : 0.5); }

  // Where the grid's number lies among the elements, inside of the border where the padding says so.
  double place(double n) const {
    const auto length = static_cast<double>(size);
    double x = align_corners ? (n + 1) / 2 * (length - 1) : ((n + 1) * length - 1) / 2;
    if (!(std::fabs(x) < 0x1p40)) x = std::isnan(x) ? -0x1p40 : std::copysign(0x1p40, x);
    return x;
  }
  double folded(double x) const {
    if (x >= low() && x <= high()) return x;
    if (padding == Padding::kBorder) return std::clamp(x, 0.0, static_cast<double>(size - 1));
    return padding == Padding::kReflection ? reflect(x, low(), high()) : x;
  }
  // The element that stands for index `i`; -1 for zero.
  int64_t index(int64_t i) const {
    if (i >= 0 && i < size) return i;
    if (padding == Padding::kZeros || size == 0) return -1;
    if (padding == Padding::kReflection)
      i = static_cast<int64_t>(reflect(static_cast<double>(i), low(), high()));
    return std::clamp<int64_t>(i, 0, size - 1);
  }
};

// The elements along one axis that make a sample.
struct AxisTaps {
  int count = 0;
  std::array<int64_t, 4> index{};
  std::array<double, 4> weight{};

  void add(int64_t at, double by) {
    index[static_cast<size_t>(count)] = at;
    weight[static_cast<size_t>(count++)] = by;
  }
};

double cubic_weight(double x) {
  x = std::fabs(x);
  if (x <= 1) return ((kCubicA + 2) * x - (kCubicA + 3)) * x * x + 1;
  return ((kCubicA * x - 5 * kCubicA) * x + 8 * kCubicA) * x - 4 * kCubicA;
}

AxisTaps taps_of(const SampleAxis& axis, Mode mode, double n) {
  AxisTaps taps;
  double x = axis.place(n);
  if (mode == Mode::kNearest) x = std::nearbyint(x);
  x = axis.folded(x);
  const double floor = std::floor(x), ratio = x - floor;
  const auto first = static_cast<int64_t>(floor);
  if (mode == Mode::kNearest) {
    taps.add(axis.index(first), 1);
  } else if (mode == Mode::kLinear) {
    taps.add(axis.index(first), 1 - ratio);
    taps.add(axis.index(first + 1), ratio);
  } else {
    for (int64_t i = -1; i < 3; ++i)
      taps.add(axis.index(first + i), cubic_weight(static_cast<double>(i) - ratio));
  }
  return taps;
}

// The weighted elements of all axes.
struct Sample {
  std::vector<int64_t> offsets;
  std::vector<double> weights;

  // Axes in order, the slowest first.
  void make(std::span<const AxisTaps> axes, const int64_t* shape) {
    offsets.assign(1, 0);
    weights.assign(1, 1.0);
    for (size_t a = 0; a < axes.size(); ++a) {
      std::vector<int64_t> more_offsets;
      std::vector<double> more_weights;
      for (size_t i = 0; i < offsets.size(); ++i)
        for (size_t t = 0; t < static_cast<size_t>(axes[a].count); ++t) {
          if (axes[a].index[t] < 0) continue;
          more_offsets.push_back(offsets[i] * shape[a] + axes[a].index[t]);
          more_weights.push_back(weights[i] * axes[a].weight[t]);
        }
      offsets.swap(more_offsets);
      weights.swap(more_weights);
    }
  }
};

AxisTaps axis_taps(const StepCall& call, int64_t place, size_t axis) {
  const auto& params = call.as<GridParams>();
  const int64_t at = place * params.rank + params.rank - 1 - static_cast<int64_t>(axis);
  return taps_of({call.sizes[3 + axis], params.align_corners, params.padding}, params.mode,
                 float_at(call.data[1], params.grid_type, at));
}

int64_t image_elements(const StepCall& call) {
  int64_t image = 1;
  for (int64_t a = 0; a < call.as<GridParams>().rank; ++a) image *= call.sizes[3 + a];
  return image;
}

// The taps of all axes at one place; a negative offset is no element.
struct PlaceTaps {
  static constexpr int64_t kMost = 64;
  int64_t count;
  int64_t offsets[kMost];
  double weights[kMost];
};

PlaceTaps combine(std::span<const AxisTaps> axes, const int64_t* shape) {
  PlaceTaps taps;
  taps.count = 1;
  taps.offsets[0] = 0;
  taps.weights[0] = 1;
  for (size_t a = 0; a < axes.size(); ++a) {
    const auto along = static_cast<int64_t>(axes[a].count);
    // From the last to the first, so that none is written over before it is read.
    for (int64_t i = taps.count; i-- > 0;)
      for (int64_t t = along; t-- > 0;) {
        const int64_t next = axes[a].index[static_cast<size_t>(t)];
        const bool there = taps.offsets[i] >= 0 && next >= 0;
        taps.weights[i * along + t] = taps.weights[i] * axes[a].weight[static_cast<size_t>(t)];
        taps.offsets[i * along + t] = there ? taps.offsets[i] * shape[a] + next : -1;
      }
    taps.count *= along;
  }
  return taps;
}

// Some places of one image, laid out for kernels/window_rows.h: what every channel is sampled with.
class SampleBlock {
 public:
  static constexpr int64_t kPlaces = 256, kMostTaps = PlaceTaps::kMost;

  // All taps of a place; above kMostTaps where there are too many.
  static int64_t tap_count(const GridParams& params) {
    const int64_t along = params.mode == Mode::kNearest ? 1 : params.mode == Mode::kLinear ? 2 : 4;
    int64_t count = 1;
    for (int64_t a = 0; a < params.rank && count <= kMostTaps; ++a) count *= along;
    return count;
  }
  explicit SampleBlock(int64_t taps)
      : taps_(taps),
        index_(static_cast<size_t>(taps * kPlaces)),
        weights_(static_cast<size_t>(taps * kPlaces)) {}

  void set(int64_t place, const PlaceTaps& taps) {
    for (int64_t t = 0; t < taps_; ++t) {
      index_[static_cast<size_t>(t * kPlaces + place)] = static_cast<int32_t>(taps.offsets[t]);
      weights_[static_cast<size_t>(t * kPlaces + place)] = static_cast<float>(taps.weights[t]);
    }
  }
  void sample(const float* x, float* y, int64_t places) const {
    kernels::window_rows_kernel().picked_sum(
        {x, index_.data(), weights_.data(), taps_, kPlaces, y, places});
  }

 private:
  int64_t taps_;
  std::vector<int32_t> index_;
  std::vector<float> weights_;
};

// As run_grid_sample, for few taps.
Status run_blocks(const StepCall& call) {
  const auto& params = call.as<GridParams>();
  const int64_t n = call.sizes[0], c = call.sizes[1], places = call.sizes[2];
  const auto rank = static_cast<size_t>(params.rank);
  const int64_t image = image_elements(call), taps = SampleBlock::tap_count(params);
  const int64_t blocks = (places + SampleBlock::kPlaces - 1) / SampleBlock::kPlaces;
  for_each_range(call.run.pool(), n * blocks, 1, [&](int64_t begin, int64_t end) {
    SampleBlock block(taps);
    std::array<AxisTaps, kMostAxes> axes;
    for (int64_t i = begin; i < end && !call.run.cancelled(); ++i) {
      const int64_t first = i % blocks * SampleBlock::kPlaces, batch = i / blocks;
      const int64_t count = std::min(places - first, SampleBlock::kPlaces);
      for (int64_t place = 0; place < count; ++place) {
        for (size_t a = 0; a < rank; ++a)
          axes[a] = axis_taps(call, batch * places + first + place, a);
        block.set(place, combine(std::span(axes).first(rank), call.sizes + 3));
      }
      for (int64_t plane = batch * c; plane < (batch + 1) * c; ++plane)
        block.sample(call.at<const float>(0) + plane * image,
                     call.at<float>(2) + plane * places + first, count);
    }
  });
  return Status();
}

// Whether so many places are asked for that all of the image may as well be turned.
bool worth_turning(int64_t channels, int64_t places, int64_t image) {
  constexpr int64_t kMostChannels = 1 << 16;  // of which a thread keeps some places
  return channels >= kChannelsLast && channels <= kMostChannels && places >= image / 4;
}

// The same for many channels, which are put side by side: a place is a sum of vectors of channels.
Status run_channels(const StepCall& call) {
  const int64_t n = call.sizes[0], c = call.sizes[1], places = call.sizes[2];
  const auto rank = static_cast<size_t>(call.as<GridParams>().rank);
  const int64_t image = image_elements(call);
  constexpr int64_t kPlaces = 64;
  const int64_t blocks = (places + kPlaces - 1) / kPlaces;
  const int64_t lanes = lane_count(call.run.pool(), n * blocks);
  INLAY_ASSIGN(std::byte* const scratch, call.run.scratch((n * image + lanes * kPlaces) * c *
                                                          static_cast<int64_t>(sizeof(float))));
  auto* const images = reinterpret_cast<float*>(scratch);
  channels_last(call.run, call.at<const float>(0), n, c, image, images);
  for_each_in_lanes(call.run.pool(), n * blocks, lanes, [&](int64_t lane, int64_t task) {
    if (call.run.cancelled()) return;
    float* const block = images + (n * image + lane * kPlaces) * c;
    const int64_t batch = task / blocks, first = task % blocks * kPlaces;
    const int64_t count = std::min(places - first, kPlaces);
    std::array<AxisTaps, kMostAxes> axes;
    int64_t offsets[SampleBlock::kMostTaps];
    float weights[SampleBlock::kMostTaps];
    for (int64_t place = 0; place < count; ++place) {
      for (size_t a = 0; a < rank; ++a)
        axes[a] = axis_taps(call, batch * places + first + place, a);
      const PlaceTaps taps = combine(std::span(axes).first(rank), call.sizes + 3);
      int64_t used = 0;
      for (int64_t t = 0; t < taps.count; ++t) {
        if (taps.offsets[t] < 0) continue;
        offsets[used] = taps.offsets[t] * c;
        weights[used++] = static_cast<float>(taps.weights[t]);
      }
      kernels::window_rows_kernel().weighted_sum(
          {images + batch * image * c, offsets, weights, used, 0.0f, block + place * c, c});
    }
    kernels::window_rows_kernel().transpose(
        {block, c, count, c, call.at<float>(2) + batch * c * places + first, places});
  });
  return Status();
}

// Operands: x, grid, y. Sizes: n, c, places of the grid for an element of the batch, the input's spatial shape.
template <class T>
Status run_grid_sample(const StepCall& call) {
  const auto& params = call.as<GridParams>();
  const int64_t n = call.sizes[0], c = call.sizes[1], places = call.sizes[2];
  const int64_t* shape = call.sizes + 3;
  const auto rank = static_cast<size_t>(params.rank);
  const int64_t image = image_elements(call);
  if (n * c * places == 0) return Status();
  if (std::is_same_v<T, float> && image <= INT32_MAX &&
      SampleBlock::tap_count(params) <= SampleBlock::kMostTaps)
    return worth_turning(c, places, image) ? run_channels(call) : run_blocks(call);
  constexpr int64_t kPlacesPerTask = 256;
  for_each_range(call.run.pool(), n * places, kPlacesPerTask, [&](int64_t begin, int64_t end) {
    Sample sample;
    std::array<AxisTaps, kMostAxes> taps;
    for (int64_t i = begin; i < end && !call.run.cancelled(); ++i) {
      for (size_t a = 0; a < rank; ++a) taps[a] = axis_taps(call, i, a);
      sample.make(std::span(taps).first(rank), shape);
      for (int64_t channel = 0; channel < c; ++channel) {
        const int64_t plane = i / places * c + channel;
        const T* x = call.at<const T>(0) + plane * image;
        double sum = 0;
        for (size_t t = 0; t < sample.offsets.size(); ++t)
          sum += sample.weights[t] * static_cast<double>(x[sample.offsets[t]]);
        call.at<T>(2)[plane * places + i % places] = from_sum<T>(sum);
      }
    }
  });
  return Status();
}

constexpr auto kGridSample = []<class T>(std::type_identity<T>) -> StepFn {
  return run_grid_sample<T>;
};

std::optional<Mode> mode_of(const graph::Node& node) {
  const std::string_view text = node.text("mode", "linear");
  if (text == "linear" || text == "bilinear") return Mode::kLinear;
  if (text == "nearest") return Mode::kNearest;
  if (text == "cubic" || text == "bicubic") return Mode::kCubic;
  return {};
}

std::optional<Padding> padding_of(const graph::Node& node) {
  const std::string_view text = node.text("padding_mode", "zeros");
  if (text == "zeros") return Padding::kZeros;
  if (text == "border") return Padding::kBorder;
  if (text == "reflection") return Padding::kReflection;
  return {};
}

}  // namespace

Status infer_grid_sample(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  for (size_t i = 0; i < 2; ++i)
    INLAY_TRY(
        in.expect_dtype(i, {DType::kFloat32, DType::kFloat64, DType::kFloat16, DType::kBfloat16}));
  if (!mode_of(in.node())) return in.error("unknown mode {}", quote(in.node().text("mode", "")));
  if (!padding_of(in.node()))
    return in.error("unknown padding_mode {}", quote(in.node().text("padding_mode", "")));
  INLAY_ASSIGN(const Shape x, in.shape(0));
  INLAY_ASSIGN(const Shape grid, in.shape(1));
  if (x.size() < 3 || x.size() - 2 > kMostAxes || grid.size() != x.size())
    return in.error("expected inputs 0 and 1 of as many dimensions, 3 to {}, found {} and {}",
                    kMostAxes + 2, x.size(), grid.size());
  INLAY_TRY(in.expect_equal(x[0], grid[0], "batch"));
  INLAY_TRY(in.expect_equal(grid.back(), in.constant(static_cast<int64_t>(x.size()) - 2),
                            "numbers of a place"));
  Shape shape{x[0], x[1]};
  shape.insert(shape.end(), grid.begin() + 1, grid.end() - 1);
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_grid_sample(Lowering& low) {
  const Shape &x = low.input_shape(0), &y = low.output_shape(0);
  const GridParams params{*mode_of(low.node()), *padding_of(low.node()),
                          low.node().integer("align_corners", 0) != 0,
                          static_cast<int64_t>(x.size()) - 2, low.input_type(1).dtype};
  Lowering::StepSpec spec{for_type(low.input_type(0).dtype, Floats(), kGridSample),
                          {low.dense(0), low.dense(1), low.output(0)},
                          {x[0], x[1], low.exprs().product(std::span(y).subspan(2))},
                          std::make_shared<GridParams>(params)};
  spec.sizes.insert(spec.sizes.end(), x.begin() + 2, x.end());
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
