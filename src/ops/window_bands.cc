#include "ops/window_bands.h"

#include <algorithm>
#include <cstring>

namespace inlay::ops {
namespace {

constexpr int64_t kBandFloats = 24 * 1024;  // stays in a second-level cache
constexpr int64_t kLongRow = 64;

int64_t index_of(const std::vector<int64_t>& list, int64_t value) {
  return std::find(list.begin(), list.end(), value) - list.begin();
}

// The rows or columns of a plane for `outputs` outputs.
int64_t plane_size(const Axis& axis, int64_t outputs) {
  return (axis.kernel - 1) * axis.dilation / axis.stride + outputs;
}

}  // namespace

std::vector<int64_t> WindowBands::phases_of(const Axis& axis) {
  std::vector<int64_t> phases;
  for (int64_t tap = 0; tap < axis.kernel; ++tap) {
    const int64_t phase = tap * axis.dilation % axis.stride;
    if (index_of(phases, phase) == static_cast<int64_t>(phases.size())) phases.push_back(phase);
  }
  return phases;
}

WindowBands::WindowBands(std::vector<Axis> axes, float around)
    : axes_(std::move(axes)),
      around_(around),
      row_phases_(phases_of(axes_[1])),
      column_phases_(phases_of(axes_[2])),
      pitch_(plane_size(axes_[2], axes_[2].out)) {
  const Axis &z = axes_[0], &y = axes_[1], &x = axes_[2];
  const auto planes = static_cast<int64_t>(row_phases_.size() * column_phases_.size()) * z.kernel;
  const int64_t fixed = plane_size(y, 0);
  rows_ =
      std::clamp<int64_t>(kBandFloats / std::max<int64_t>(planes * pitch_, 1) - fixed, 1, y.out);
  row_blocks_ = divide_up(y.out, rows_);
  rows_ = divide_up(y.out, row_blocks_);
  row_blocks_ = divide_up(y.out, rows_);
  plane_rows_ = plane_size(y, rows_);
  for (int64_t phase : column_phases_) spans_.push_back(span_of(phase));
  direct_ = x.out >= kLongRow || rows_ == 1 || pitch_ == x.out;
  for (int64_t tz = 0; tz < z.kernel; ++tz)
    for (int64_t ty = 0; ty < y.kernel; ++ty)
      for (int64_t tx = 0; tx < x.kernel; ++tx) {
        const int64_t row = ty * y.dilation, column = tx * x.dilation;
        const int64_t plane = (tz * static_cast<int64_t>(row_phases_.size()) +
                               index_of(row_phases_, row % y.stride)) *
                                  static_cast<int64_t>(column_phases_.size()) +
                              index_of(column_phases_, column % x.stride);
        offsets_.push_back(plane * plane_floats() + row / y.stride * pitch_ + column / x.stride);
      }
}

int64_t WindowBands::band_floats() const {
  return axes_[0].kernel * static_cast<int64_t>(row_phases_.size() * column_phases_.size()) *
         plane_floats();
}

int64_t WindowBands::scratch_floats() const {
  return band_floats() + (direct_ ? 0 : rows_ * pitch_);
}

int64_t WindowBands::first_row(int64_t block) const {
  return block / row_blocks_ * axes_[1].out + block % row_blocks_ * rows_;
}

int64_t WindowBands::row_count(int64_t block) const {
  return std::min(rows_, axes_[1].out - block % row_blocks_ * rows_);
}

WindowBands::Span WindowBands::span_of(int64_t column_phase) const {
  const Axis& x = axes_[2];
  const int64_t start = column_phase - x.front;
  const int64_t end = std::min(divide_up(x.in - start, x.stride), pitch_);
  const int64_t begin = std::min(divide_up(-start, x.stride), end);
  return {begin, end, start + begin * x.stride};
}

// `row`: null where it is outside of the image.
void WindowBands::fill_row(const float* row, const Span& span, float* to) const {
  if (row && span.begin < span.end)
    kernels::window_rows_kernel().pad(
        {row + span.first, axes_[2].stride, span.begin, span.end, pitch_, around_, to});
  else
    kernels::window_rows_kernel().pad({nullptr, 1, 0, 0, pitch_, around_, to});
}

void WindowBands::fill(const float* image, int64_t block, float* scratch) const {
  const Axis &z = axes_[0], &y = axes_[1], &x = axes_[2];
  const int64_t first = block % row_blocks_ * rows_;
  for (int64_t tz = 0; tz < z.kernel; ++tz) {
    const int64_t slice = block / row_blocks_ * z.stride + tz * z.dilation - z.front;
    for (int64_t row_phase : row_phases_)
      for (const Span& span : spans_)
        for (int64_t r = 0; r < plane_rows_; ++r, scratch += pitch_) {
          const int64_t line = (first + r) * y.stride + row_phase - y.front;
          const bool inside = slice >= 0 && slice < z.in && line >= 0 && line < y.in;
          fill_row(inside ? image + (slice * y.in + line) * x.in : nullptr, span, scratch);
        }
  }
}

void WindowBands::run(void (*kernel)(const kernels::WindowRow&), const float* weights, float start,
                      int64_t block, float* scratch, float* output) const {
  const int64_t columns = axes_[2].out, rows = row_count(block);
  const auto taps = static_cast<int64_t>(offsets_.size());
  float* to = output + first_row(block) * columns;
  if (pitch_ == columns)
    return kernel({scratch, offsets_.data(), weights, taps, start, to, rows * columns});
  if (direct_) {
    for (int64_t r = 0; r < rows; ++r)
      kernel(
          {scratch + r * pitch_, offsets_.data(), weights, taps, start, to + r * columns, columns});
    return;
  }
  // Short rows: all of them as one, with what stands between them.
  float* all = scratch + band_floats();
  kernel({scratch, offsets_.data(), weights, taps, start, all, (rows - 1) * pitch_ + columns});
  for (int64_t r = 0; r < rows; ++r)
    std::memcpy(to + r * columns, all + r * pitch_, sizeof(float) * static_cast<size_t>(columns));
}

}  // namespace inlay::ops
