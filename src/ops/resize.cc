// Resize (ONNX 10…). In version 10 scales are input 1 and coordinates asymmetric; since 11 inputs are roi, scales and
// sizes.
#include <numeric>

#include "ops/arguments.h"
#include "ops/resizing.h"

namespace inlay::ops {
namespace {

using Coordinate = ResizeParams::Coordinate;
using Mode = ResizeParams::Mode;
using Nearest = ResizeParams::Nearest;
using Policy = ResizeParams::Policy;

template <class T>
struct Named {
  std::string_view name;
  T value;
};
constexpr Named<Mode> kModes[] = {
    {"nearest", Mode::kNearest}, {"linear", Mode::kLinear}, {"cubic", Mode::kCubic}};
constexpr Named<Coordinate> kCoordinates[] = {
    {"half_pixel", Coordinate::kHalfPixel},
    {"half_pixel_symmetric", Coordinate::kHalfPixelSymmetric},
    {"pytorch_half_pixel", Coordinate::kPytorchHalfPixel},
    {"align_corners", Coordinate::kAlignCorners},
    {"asymmetric", Coordinate::kAsymmetric},
    {"tf_crop_and_resize", Coordinate::kCropAndResize},
    {"tf_half_pixel_for_nn", Coordinate::kTensorflowHalfPixel}};
constexpr Named<Nearest> kNearest[] = {{"round_prefer_floor", Nearest::kPreferFloor},
                                       {"round_prefer_ceil", Nearest::kPreferCeil},
                                       {"floor", Nearest::kFloor},
                                       {"ceil", Nearest::kCeil}};
constexpr Named<Policy> kPolicies[] = {{"stretch", Policy::kStretch},
                                       {"not_larger", Policy::kNotLarger},
                                       {"not_smaller", Policy::kNotSmaller}};

template <class T, size_t kCount>
Status choose(const graph::Graph& graph, const graph::Node& node, std::string_view key,
              const Named<T> (&table)[kCount], T& value) {
  const std::string_view text = node.text(key, table[0].name);
  for (const Named<T>& named : table)
    if (named.name == text) {
      value = named.value;
      return Status();
    }
  return invalid("{}: unknown {} {}", describe(graph, node), key, quote(text));
}

constexpr int kWithCoordinates = 11;

Result<ResizeParams> params_of(const graph::Graph& graph, const graph::Node& node, size_t rank) {
  ResizeParams params;
  INLAY_TRY(choose(graph, node, "mode", kModes, params.mode));
  if (node.version < kWithCoordinates) {
    params.coordinate = Coordinate::kAsymmetric;
    params.nearest = Nearest::kFloor;
  } else {
    INLAY_TRY(
        choose(graph, node, "coordinate_transformation_mode", kCoordinates, params.coordinate));
    INLAY_TRY(choose(graph, node, "nearest_mode", kNearest, params.nearest));
    INLAY_TRY(choose(graph, node, "keep_aspect_ratio_policy", kPolicies, params.policy));
  }
  params.antialias = node.integer("antialias", 0) != 0;
  params.exclude_outside = node.integer("exclude_outside", 0) != 0;
  params.cubic_a = static_cast<double>(node.real("cubic_coeff_a", -0.75f));
  params.extrapolation = static_cast<double>(node.real("extrapolation_value", 0));
  constexpr size_t kNoInput = SIZE_MAX;
  INLAY_ASSIGN(const auto axes, constant_axes(graph, node, kNoInput, rank));
  if (axes) params.axes = *axes;
  if (!axes) {
    params.axes.resize(rank);
    std::iota(params.axes.begin(), params.axes.end(), 0);
  }
  return params;
}

ResizeInputs inputs_of(const graph::Node& node) {
  return node.version < kWithCoordinates ? ResizeInputs{-1, 1, -1} : ResizeInputs{1, 2, 3};
}

}  // namespace

Status infer_resize(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, in.node().version < kWithCoordinates ? 2 : 4));
  INLAY_ASSIGN(const Shape shape, in.shape(0));
  INLAY_ASSIGN(ResizeParams params, params_of(in.graph(), in.node(), shape.size()));
  return infer_resizing(in, std::move(params), inputs_of(in.node()));
}

Status lower_resize(Lowering& low) {
  INLAY_ASSIGN(ResizeParams params, params_of(low.graph(), low.node(), low.input_shape(0).size()));
  return lower_resizing(low, std::move(params), inputs_of(low.node()));
}

}  // namespace inlay::ops
