#include "ops/resize_axis.h"

#include <algorithm>
#include <cmath>

namespace inlay::ops {
namespace {

using Coordinate = ResizeParams::Coordinate;
using Mode = ResizeParams::Mode;
using Nearest = ResizeParams::Nearest;

// Where output `i` lies among the input's elements.
double coordinate(const ResizeParams& params, const ResizeAxis& axis, int64_t i) {
  const auto x = static_cast<double>(i), in = static_cast<double>(axis.in);
  const double out = axis.length;
  // Divided once, so that places that are whole numbers come out as such.
  const double middle = (x + 0.5) * in / out - 0.5;
  switch (params.coordinate) {
    case Coordinate::kAlignCorners: return out == 1 ? 0 : x * (in - 1) / (out - 1);
    case Coordinate::kAsymmetric: return x * in / out;
    case Coordinate::kTensorflowHalfPixel: return (x + 0.5) * in / out;
    case Coordinate::kPytorchHalfPixel: return out == 1 ? 0 : middle;
    case Coordinate::kHalfPixel: return middle;
    case Coordinate::kHalfPixelSymmetric: {
      const double offset = in / 2 * (1 - static_cast<double>(axis.out) / out);
      return offset + middle;
    }
    case Coordinate::kCropAndResize: break;
  }
  const double range = (axis.roi_end - axis.roi_begin) * (in - 1);
  return axis.roi_begin * (in - 1) + (out == 1 ? range / 2 : x * range / (out - 1));
}

// The same in f32 and by the scale, as onnxruntime computes it: between two elements, rounding decides which of them
// is the nearest.
double nearest_coordinate(const ResizeParams& params, const ResizeAxis& axis, int64_t i,
                          double exact) {
  const auto scale = static_cast<float>(axis.scale), x = static_cast<float>(i);
  switch (params.coordinate) {
    case Coordinate::kAsymmetric: return x / scale;
    case Coordinate::kTensorflowHalfPixel: return (x + 0.5f) / scale;
    case Coordinate::kPytorchHalfPixel: return axis.length == 1 ? exact : (x + 0.5f) / scale - 0.5f;
    case Coordinate::kHalfPixel: return (x + 0.5f) / scale - 0.5f;
    default: return exact;
  }
}

double cubic_weight(double a, double x) {
  x = std::fabs(x);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return 0;
}

// Elements on each side that count; more of them where several input elements make one and antialias is on.
int64_t reach(const ResizeParams& params, double scale) {
  const double support = params.mode == Mode::kCubic ? 2 : 1;
  const double step = params.antialias ? std::min(scale, 1.0) : 1.0;
  return static_cast<int64_t>(-std::floor(-support / step));
}

// The weights of the elements 1 - reach, …, reach beside one that lies `ratio` before.
void add_weights(const ResizeParams& params, double scale, double ratio, int64_t side,
                 double* weights) {
  const double step = params.antialias ? std::min(scale, 1.0) : 1.0;
  double sum = 0;
  for (int64_t i = 0; i < 2 * side; ++i) {
    const double x = (static_cast<double>(1 - side + i) - ratio) * step;
    weights[i] = params.mode == Mode::kCubic ? cubic_weight(params.cubic_a, x)
                                             : std::max(1 - std::fabs(x), 0.0);
    sum += weights[i];
  }
  if (params.antialias && sum != 0)
    for (int64_t i = 0; i < 2 * side; ++i) weights[i] /= sum;
}

void exclude_outside(int64_t first, int64_t in, int64_t taps, double* weights) {
  double sum = 0;
  for (int64_t i = 0; i < taps; ++i) {
    if (first + i < 0 || first + i >= in) weights[i] = 0;
    sum += weights[i];
  }
  if (sum != 0)
    for (int64_t i = 0; i < taps; ++i) weights[i] /= sum;
}

int64_t nearest_index(Nearest nearest, double x) {
  switch (nearest) {
    case Nearest::kFloor: return static_cast<int64_t>(std::floor(x));
    case Nearest::kCeil: return static_cast<int64_t>(std::ceil(x));
    case Nearest::kPreferFloor: return static_cast<int64_t>(std::ceil(x - 0.5));
    case Nearest::kPreferCeil: break;
  }
  return static_cast<int64_t>(std::floor(x + 0.5));
}

}  // namespace

bool ResizeAxis::is_identity(Coordinate coordinate_of) const {
  const bool whole =
      coordinate_of != Coordinate::kCropAndResize || (roi_begin == 0 && roi_end == 1);
  const bool centered = coordinate_of != Coordinate::kTensorflowHalfPixel;
  return in == out && std::fabs(scale - 1) < 1e-9 && whole && centered;
}

ResizeTable make_table(const ResizeParams& params, const ResizeAxis& axis) {
  ResizeTable table;
  const bool nearest = params.mode == Mode::kNearest;
  const int64_t side = reach(params, axis.scale);
  table.taps = nearest ? 1 : 2 * side;
  table.index.resize(static_cast<size_t>(axis.out * table.taps));
  if (!nearest) table.weight.resize(table.index.size());
  const bool crop = params.coordinate == Coordinate::kCropAndResize;
  if (crop) table.outside.resize(static_cast<size_t>(axis.out));
  for (int64_t i = 0; i < axis.out; ++i) {
    const double limit = 2 * static_cast<double>(axis.in) + 8;
    double x = coordinate(params, axis, i);
    if (nearest) x = nearest_coordinate(params, axis, i, x);
    if (crop)
      table.outside[static_cast<size_t>(i)] = !(x >= 0 && x <= static_cast<double>(axis.in - 1));
    x = std::isnan(x) ? 0 : std::clamp(x, -limit, limit);
    int64_t* const index = table.index.data() + i * table.taps;
    if (nearest) {
      *index = std::clamp<int64_t>(nearest_index(params.nearest, x), 0, axis.in - 1);
      continue;
    }
    // An element that is met exactly counts as the one behind, with a ratio of 1.
    const double floor = std::floor(x);
    const double base = floor == x ? floor - 1 : floor;
    double* const weights = table.weight.data() + i * table.taps;
    const int64_t first = static_cast<int64_t>(base) + 1 - side;
    add_weights(params, axis.scale, x - base, side, weights);
    if (params.exclude_outside) exclude_outside(first, axis.in, table.taps, weights);
    for (int64_t t = 0; t < table.taps; ++t)
      index[t] = std::clamp<int64_t>(first + t, 0, axis.in - 1);
  }
  return table;
}

}  // namespace inlay::ops
