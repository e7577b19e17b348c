// RoiAlign (ONNX 10…): regions of images as [rois, c, output_height, output_width], each element the mean (or the
// greatest) of samples between the image's elements. Before version 16 coordinates are not shifted by half an element.
#include <cmath>

#include "kernels/elementwise.h"
#include "kernels/window_rows.h"
#include "ops/channels.h"
#include "ops/channels_last.h"
#include "ops/gathering.h"
#include "ops/lanes.h"
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

struct RoiParams {
  bool greatest, half_pixel;
  int64_t samples;  // along an axis of an element; 0: as the region's size says
  double scale;
};

constexpr double kMostSamples = 1 << 12;  // along an axis of an element

// The samples of one element along an axis.
struct RoiAxis {
  double begin, step;  // of output elements
  int64_t samples;

  double at(int64_t i, int64_t sample) const {
    return begin + static_cast<double>(i) * step +
           (static_cast<double>(sample) + 0.5) * step / static_cast<double>(samples);
  }
};

RoiAxis axis_of(const RoiParams& params, double from, double to, int64_t outputs) {
  const double shift = params.half_pixel ? 0.5 : 0;
  const double begin = from * params.scale - shift, end = to * params.scale - shift;
  const double length = params.half_pixel ? end - begin : std::max(end - begin, 1.0);
  const double step = length / static_cast<double>(outputs);
  const double samples = params.samples > 0 ? static_cast<double>(params.samples) : std::ceil(step);
  if (!(samples > 0)) return {begin, step, 0};
  return {begin, step, static_cast<int64_t>(std::min(samples, kMostSamples + 1))};
}

// The four elements around a place, each times its weight.
struct Corners {
  int64_t offsets[4] = {};
  double weights[4] = {};
};

Corners corners_at(double y, double x, int64_t height, int64_t width) {
  Corners out;  // zeros where the place is outside
  if (!(y >= -1 && y <= static_cast<double>(height) && x >= -1 && x <= static_cast<double>(width)))
    return out;
  y = std::clamp(y, 0.0, static_cast<double>(height - 1));
  x = std::clamp(x, 0.0, static_cast<double>(width - 1));
  const auto top = static_cast<int64_t>(y), left = static_cast<int64_t>(x);
  const int64_t bottom = std::min(top + 1, height - 1), right = std::min(left + 1, width - 1);
  const double ly = y - static_cast<double>(top), lx = x - static_cast<double>(left);
  const int64_t offsets[] = {top * width + left, top * width + right, bottom * width + left,
                             bottom * width + right};
  const double weights[] = {(1 - ly) * (1 - lx), (1 - ly) * lx, ly * (1 - lx), ly * lx};
  std::copy_n(offsets, 4, out.offsets);
  std::copy_n(weights, 4, out.weights);
  return out;
}

template <class T>
double pool_samples(const T* image, std::span<const Corners> samples, bool greatest) {
  double best = greatest && !samples.empty() ? -INFINITY : 0, sum = 0;
  for (const Corners& corners : samples)
    for (int i = 0; i < 4; ++i) {
      const double part = corners.weights[i] * static_cast<double>(image[corners.offsets[i]]);
      best = std::max(best, part);
      sum += part;
    }
  return greatest ? best : sum / static_cast<double>(std::max<size_t>(samples.size(), 1));
}

// Samples of a region, in the order of its outputs.
struct RoiSamples {
  RoiAxis y, x;
  int64_t rows, columns;  // of outputs

  int64_t taps() const { return 4 * y.samples * x.samples; }
  Corners at(int64_t place, int64_t sample, int64_t height, int64_t width) const {
    return corners_at(y.at(place / columns, sample / x.samples),
                      x.at(place % columns, sample % x.samples), height, width);
  }
};

// y += Σ weights[t] * x[offsets[t] …], for `n` neighbours.
void add_taps(const float* x, const int64_t* offsets, const float* weights, int64_t taps, int64_t n,
              float* y) {
  constexpr int64_t kBlock = 256;
  float sums[kBlock];
  for (int64_t first = 0; first < n; first += kBlock) {
    const int64_t count = std::min(n - first, kBlock);
    kernels::window_rows_kernel().weighted_sum(
        {x + first, offsets, weights, taps, 0.0f, sums, count});
    kernels::binary(kernels::Binary::kAdd, {y + first, 1}, {sums, 1}, y + first, count);
  }
}

// Means of one region's samples over images whose channels lie side by side: rows [places, channels].
void average_region(const RoiSamples& samples, const float* images, int64_t channels,
                    int64_t height, int64_t width, float* y) {
  const int64_t count = samples.taps() / 4;
  const double share = 1.0 / static_cast<double>(std::max<int64_t>(count, 1));
  constexpr int64_t kSamplesAtOnce = 16;
  int64_t offsets[4 * kSamplesAtOnce];
  float weights[4 * kSamplesAtOnce];
  for (int64_t place = 0; place < samples.rows * samples.columns; ++place, y += channels) {
    std::fill(y, y + channels, 0.0f);
    for (int64_t first = 0; first < count; first += kSamplesAtOnce) {
      const int64_t end = std::min(first + kSamplesAtOnce, count);
      int64_t taps = 0;
      for (int64_t sample = first; sample < end; ++sample) {
        const Corners corners = samples.at(place, sample, height, width);
        for (int i = 0; i < 4; ++i) {
          offsets[taps] = corners.offsets[i] * channels;
          weights[taps++] = static_cast<float>(corners.weights[i] * share);
        }
      }
      add_taps(images, offsets, weights, taps, channels, y);
    }
  }
}

// Operands: x, rois, y; see run_roi_align.
Status average_regions(const StepCall& call, const Indices& indices) {
  const auto& params = call.as<RoiParams>();
  const int64_t n = call.sizes[0], c = call.sizes[1], height = call.sizes[2];
  const int64_t width = call.sizes[3], rois = call.sizes[4], rows = call.sizes[5];
  const int64_t columns = call.sizes[6], places = rows * columns;
  const int64_t lanes = lane_count(call.run.pool(), rois);
  INLAY_ASSIGN(std::byte* const scratch, call.run.scratch((n * height * width + lanes * places) *
                                                          c * static_cast<int64_t>(sizeof(float))));
  auto* const images = reinterpret_cast<float*>(scratch);
  channels_last(call.run, call.at<const float>(0), n, c, height * width, images);
  for_each_in_lanes(call.run.pool(), rois, lanes, [&](int64_t lane, int64_t roi) {
    if (call.run.cancelled()) return;
    const float* ends = call.at<const float>(1) + roi * 4;
    const auto end = [&](int i) { return static_cast<double>(ends[i]); };
    const RoiSamples samples{axis_of(params, end(1), end(3), rows),
                             axis_of(params, end(0), end(2), columns), rows, columns};
    float* const means = images + (n * height * width + lane * places) * c;
    average_region(samples, images + indices.at(roi, n) * c * height * width, c, height, width,
                   means);
    kernels::window_rows_kernel().transpose(
        {means, c, places, c, call.at<float>(3) + roi * c * places, places});
  });
  return Status();
}

// Operands: x, rois, batch indices, y. Sizes: n, c, height, width, rois, output height, output width.
template <class T>
Status run_roi_align(const StepCall& call) {
  const int64_t n = call.sizes[0], c = call.sizes[1], height = call.sizes[2];
  const int64_t width = call.sizes[3], rois = call.sizes[4], rows = call.sizes[5];
  const int64_t columns = call.sizes[6];
  const auto& params = call.as<RoiParams>();
  const Indices indices{call.data[2], false};
  INLAY_TRY(check_indices(indices, rois, n));
  if (rois > 0 && (height == 0 || width == 0)) return invalid("expected images with elements");
  for (int64_t roi = 0; roi < rois; ++roi)
    for (int64_t a = 0; a < 2; ++a) {
      const T* ends = call.at<const T>(1) + roi * 4 + a;
      if (axis_of(params, static_cast<double>(ends[0]), static_cast<double>(ends[2]),
                  a == 0 ? columns : rows)
              .samples > static_cast<int64_t>(kMostSamples))
        return invalid("roi {}: expected at most {} samples along an axis", roi, kMostSamples);
    }
  const bool many = rois * rows * columns >= n * height * width / 4;
  if (std::is_same_v<T, float> && !params.greatest && c >= kChannelsLast && many)
    return average_regions(call, indices);
  call.run.pool().parallel_for(rois, [&](int64_t roi) {
    const T* ends = call.at<const T>(1) + roi * 4;
    const auto end = [&](int i) { return static_cast<double>(ends[i]); };
    const RoiAxis ax = axis_of(params, end(0), end(2), columns);
    const RoiAxis ay = axis_of(params, end(1), end(3), rows);
    const T* images = call.at<const T>(0) + indices.at(roi, n) * c * height * width;
    const RoiSamples region{ay, ax, rows, columns};
    std::vector<Corners> samples;
    for (int64_t place = 0; place < rows * columns && !call.run.cancelled(); ++place) {
      samples.clear();
      for (int64_t i = 0; i < region.taps() / 4; ++i)
        samples.push_back(region.at(place, i, height, width));
      for (int64_t channel = 0; channel < c; ++channel)
        call.at<T>(3)[(roi * c + channel) * rows * columns + place] =
            from_sum<T>(pool_samples(images + channel * height * width, samples, params.greatest));
    }
  });
  return Status();
}

constexpr auto kRoiAlign = []<class T>(std::type_identity<T>) -> StepFn {
  return run_roi_align<T>;
};

constexpr int kHalfPixel = 16;

}  // namespace

Status infer_roi_align(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 3));
  INLAY_TRY(
      in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kFloat16, DType::kBfloat16}));
  INLAY_TRY(in.expect_dtype(1, {in.dtype(0)}));
  INLAY_TRY(in.expect_dtype(2, {DType::kInt64}));
  INLAY_ASSIGN(const Shape x, in.shape(0));
  INLAY_ASSIGN(const Shape rois, in.shape(1));
  INLAY_ASSIGN(const Shape indices, in.shape(2));
  if (x.size() != 4 || rois.size() != 2 || indices.size() != 1)
    return in.error("expected inputs of 4, 2 and 1 dimensions, found {}, {} and {}", x.size(),
                    rois.size(), indices.size());
  INLAY_TRY(in.expect_equal(rois[1], in.constant(4), "numbers of a region"));
  INLAY_TRY(in.expect_equal(rois[0], indices[0], "regions"));
  const std::string_view mode = in.node().text("mode", "avg");
  if (mode != "avg" && mode != "max") return in.error("unknown mode {}", quote(mode));
  const int64_t rows = in.node().integer("output_height", 1);
  const int64_t columns = in.node().integer("output_width", 1);
  if (rows < 1 || columns < 1)
    return in.error("output_height and output_width: expected at least 1, found {} and {}", rows,
                    columns);
  in.set_output(0, in.dtype(0), {rois[0], x[1], in.constant(rows), in.constant(columns)});
  return Status();
}

Status lower_roi_align(Lowering& low) {
  const graph::Node& node = low.node();
  const Shape &x = low.input_shape(0), &y = low.output_shape(0);
  const bool half = node.version >= kHalfPixel &&
                    node.text("coordinate_transformation_mode", "half_pixel") == "half_pixel";
  const RoiParams params{node.text("mode", "avg") == "max", half, node.integer("sampling_ratio", 0),
                         static_cast<double>(node.real("spatial_scale", 1.0f))};
  low.step({for_type(low.input_type(0).dtype, Floats(), kRoiAlign),
            {low.dense(0), low.dense(1), low.dense(2), low.output(0)},
            {x[0], x[1], x[2], x[3], y[0], y[2], y[3]},
            std::make_shared<RoiParams>(params)});
  return Status();
}

}  // namespace inlay::ops
