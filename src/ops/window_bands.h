// Bands of one channel of an image, laid out so that each tap of a sliding window is a row of elements side by
// side: what depthwise convolutions and pools run their kernels on.
//
//   const WindowBands bands(axes, 0.0f);      // three axes; 0 around the image
//   for_each_in_lanes(pool, channels * bands.blocks(), lanes, [&](int64_t lane, int64_t task) {
//     float* scratch = …;                     // bands.scratch_floats() of them
//     bands.fill(image, task % bands.blocks(), scratch);
//     bands.run(kernel, weights, bias, task % bands.blocks(), scratch, output);
//   });
//
// A band is as many rows of input as a block of output rows needs, with the elements around the image. With a
// stride s the columns 0, s, 2s, … stand together, then 1, s + 1, …, and so do rows; only what a tap reads.
// Immutable; may be used by many threads.
#pragma once

#include <vector>

#include "kernels/window_rows.h"
#include "ops/windows.h"

namespace inlay::ops {

class WindowBands {
 public:
  // `axes`: three, checked, with at least one output each.
  WindowBands(std::vector<Axis> axes, float around);

  int64_t blocks() const { return axes_[0].out * row_blocks_; }
  int64_t scratch_floats() const;

  // The outputs of a block, as elements of a channel's output.
  int64_t first_row(int64_t block) const;  // counted over both outer axes
  int64_t row_count(int64_t block) const;

  void fill(const float* image, int64_t block, float* scratch) const;
  // `kernel` over the band in scratch; writes the block's rows of a channel's output.
  void run(void (*kernel)(const kernels::WindowRow&), const float* weights, float start,
           int64_t block, float* scratch, float* output) const;

 private:
  // The remainders (tap * dilation) % stride that occur.
  static std::vector<int64_t> phases_of(const Axis& axis);
  int64_t plane_floats() const { return plane_rows_ * pitch_; }
  int64_t band_floats() const;
  // The elements [begin, end) of a plane's row that are inside of the image, of which `first` is the first.
  struct Span {
    int64_t begin, end, first;
  };
  Span span_of(int64_t column_phase) const;
  void fill_row(const float* row, const Span& span, float* to) const;

  std::vector<Axis> axes_;
  float around_;
  std::vector<int64_t> row_phases_, column_phases_;
  int64_t pitch_;       // of a plane's rows: one plane holds one phase of rows and columns
  int64_t rows_;        // of outputs in a block
  int64_t plane_rows_;  // of input
  int64_t row_blocks_;
  std::vector<Span> spans_;  // one a column phase
  bool direct_;              // rows are long enough to be computed one by one where they belong
  std::vector<int64_t> offsets_;
};

}  // namespace inlay::ops
