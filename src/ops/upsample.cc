// Upsample (ONNX 7, 9): Resize with asymmetric coordinates. Scales are an attribute in version 7, input 1 in 9.
#include <numeric>

#include "ops/resizing.h"

namespace inlay::ops {
namespace {

Result<ResizeParams> params_of(const graph::Graph& graph, const graph::Node& node, size_t rank) {
  ResizeParams params;
  const std::string_view mode = node.text("mode", "nearest");
  if (mode != "nearest" && mode != "linear" && mode != "bilinear")
    return invalid("{}: unknown mode {}", describe(graph, node), quote(mode));
  params.mode = mode == "nearest" ? ResizeParams::Mode::kNearest : ResizeParams::Mode::kLinear;
  params.coordinate = ResizeParams::Coordinate::kAsymmetric;
  params.nearest = ResizeParams::Nearest::kFloor;
  params.axes.resize(rank);
  std::iota(params.axes.begin(), params.axes.end(), 0);
  const auto it = node.attributes.find("scales");
  if (it != node.attributes.end())
    if (const auto* scales = std::get_if<std::vector<float>>(&it->second)) params.scales = *scales;
  return params;
}

}  // namespace

Status infer_upsample(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 2));
  INLAY_ASSIGN(const Shape shape, in.shape(0));
  INLAY_ASSIGN(ResizeParams params, params_of(in.graph(), in.node(), shape.size()));
  return infer_resizing(in, std::move(params), {-1, 1, -1});
}

Status lower_upsample(Lowering& low) {
  INLAY_ASSIGN(ResizeParams params, params_of(low.graph(), low.node(), low.input_shape(0).size()));
  return lower_resizing(low, std::move(params), {-1, 1, -1});
}

}  // namespace inlay::ops
