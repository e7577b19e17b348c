// One axis of a Resize: which input elements make each output element, and with what weights.
#pragma once

#include <vector>

#include "ops/resizing.h"

namespace inlay::ops {

struct ResizeAxis {
  int64_t in, out;
  double scale;
  double
      length;  // of the resized axis: scale * in, which need not be whole, or the size that is asked for
  double roi_begin = 0, roi_end = 1;

  // As many elements as input, each where it was.
  bool is_identity(ResizeParams::Coordinate coordinate) const;
};

// taps entries for each output: indices in [0, in), and weights unless the mode is nearest.
struct ResizeTable {
  int64_t taps = 1;
  std::vector<int64_t> index;
  std::vector<double> weight;
  std::vector<bool> outside;  // empty, or for each output whether it takes the extrapolation value
};

// Requires in > 0 or out = 0.
ResizeTable make_table(const ResizeParams& params, const ResizeAxis& axis);

}  // namespace inlay::ops
