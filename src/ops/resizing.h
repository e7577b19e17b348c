// Resize and Upsample: elements between those of the input, along one axis after the other.
#pragma once

#include <vector>

#include "ops/op.h"

namespace inlay::ops {

struct ResizeParams {
  enum class Mode { kNearest, kLinear, kCubic };
  enum class Coordinate {
    kHalfPixel,
    kHalfPixelSymmetric,
    kPytorchHalfPixel,
    kAlignCorners,
    kAsymmetric,
    kCropAndResize,
    kTensorflowHalfPixel,  // of versions 11 and 12 alone
  };
  enum class Nearest { kPreferFloor, kPreferCeil, kFloor, kCeil };
  enum class Policy { kStretch, kNotLarger, kNotSmaller };

  Mode mode = Mode::kNearest;
  Coordinate coordinate = Coordinate::kHalfPixel;
  Nearest nearest = Nearest::kPreferFloor;
  Policy policy = Policy::kStretch;
  bool antialias = false, exclude_outside = false;
  double cubic_a = -0.75, extrapolation = 0;
  std::vector<int> axes;  // that scales, sizes and roi are about
  int64_t rank = 0;
  std::vector<float> scales;  // where they are known at load
  bool by_scales = false;     // else by sizes
  bool data_sized = false;    // the output's sizes are known when it runs
  graph::DType roi_type = graph::DType::kFloat32;
};

// Which inputs hold what; -1: none.
struct ResizeInputs {
  int roi = -1, scales = -1, sizes = -1;
};

// Fills what the output's sizes come from, and sets output 0.
Status infer_resizing(Inference& in, ResizeParams params, ResizeInputs inputs);
Status lower_resizing(Lowering& low, ResizeParams params, ResizeInputs inputs);

}  // namespace inlay::ops
