// Windows of a signal: sums of cosines over a size.
#pragma once

#include "ops/op.h"

namespace inlay::ops {

// w[i] = a - b cos(x) + c cos(2x) with x = 2π i / n; n is the size, or one less where "periodic" is 0.
struct WindowTerms {
  double a, b, c;
};

Status infer_window(Inference& in);
Status lower_window(Lowering& low, const WindowTerms& terms);

}  // namespace inlay::ops
