// Conv (ONNX 1…): each output element is the sum over a window of all channels of its group.
//
// The same in domain "inlay", f32 with constant weights, adds what rewrites put into it: input 3 scales each
// output channel's weights, input 4 is added to the result, and "activation" comes last.
#include "ops/activations.h"
#include "ops/convolution.h"
#include "ops/element_types.h"
#include "ops/lanes.h"
#include "ops/op.h"
#include "ops/packed_gemm.h"
#include "ops/weights.h"

namespace inlay::ops {
namespace {

// Sums of 16-bit floats are kept in float.
template <class T>
using ConvSum = std::conditional_t<std::is_same_v<T, double>, double, float>;

template <class T>
Status run_plain(const StepCall& call) {
  const ConvProblem p(call);
  INLAY_TRY(check_axes(p.axes));
  const int64_t positions = out_count(p.axes), image = in_count(p.axes);
  const int64_t taps = tap_count(p.axes), channels = p.group_channels();
  if (p.n * p.m * positions == 0) return Status();
  constexpr int64_t kProductsPerTask = 1 << 14;
  for_each_range(call.run.pool(), p.n * p.m * positions,
                 kProductsPerTask / (channels * taps + 1) + 1, [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end && !call.run.cancelled(); ++i) {
                     const int64_t row = i / positions % p.m, n = i / positions / p.m;
                     const int64_t group = row / p.group_rows();
                     const T* x = call.at<const T>(0) + (n * p.c + group * channels) * image;
                     const T* w = call.at<const T>(1) + row * channels * taps;
                     ConvSum<T> sum = call.data[2] ? call.at<const T>(2)[row] : T{0};
                     for_each_tap(p.axes, i % positions, [&](int64_t tap, int64_t offset) {
                       for (int64_t c = 0; c < channels; ++c)
                         sum += static_cast<ConvSum<T>>(x[c * image + offset]) *
                                static_cast<ConvSum<T>>(w[c * taps + tap]);
                     });
                     call.at<T>(4)[i] = static_cast<T>(sum);
                   }
                 });
  return Status();
}

// The window's sizes: the weights' own, which kernel_shape repeats.
Result<std::vector<Expr>> kernel_of(const graph::Graph& graph, const graph::Node& node,
                                    const Shape& weights) {
  std::vector<Expr> kernel(weights.begin() + 2, weights.end());
  if (!node.integers("kernel_shape")) return kernel;
  INLAY_ASSIGN(const auto sizes, positive_list(graph, node, "kernel_shape", kernel.size()));
  for (size_t a = 0; a < sizes.size(); ++a) kernel[a] = graph.exprs->constant(sizes[a]);
  return kernel;
}

Result<std::vector<WindowAxis>> axes_of(const graph::Graph& graph, const graph::Node& node,
                                        const Shape& x, const Shape& weights) {
  INLAY_ASSIGN(const std::vector<Expr> kernel, kernel_of(graph, node, weights));
  return windows_of(graph, node, std::span(x).subspan(2), kernel);
}

bool is_fused(const graph::Node& node) { return node.domain == "inlay"; }

Status check_fused(Inference& in, Expr rows, const Shape& out) {
  INLAY_TRY(in.expect_dtype(0, {DType::kFloat32}));
  if (!find_activation(in.node().text("activation", "")))
    return in.error("unknown activation {}", quote(in.node().text("activation", "")));
  if (in.has(3)) {
    INLAY_ASSIGN(const Shape scale, in.shape(3));
    INLAY_TRY(in.expect_equal(in.exprs().product(scale), rows, "scale"));
  }
  if (!in.has(4)) return Status();
  INLAY_ASSIGN(const Shape residual, in.shape(4));
  if (residual.size() != out.size())
    return in.error("input 4: expected {} dimensions, found {}", out.size(), residual.size());
  for (size_t i = 0; i < out.size(); ++i)
    INLAY_TRY(in.expect_equal(residual[i], out[i], "residual"));
  return Status();
}

// Constant f32 weights as rows, each times its element of `scale`.
PackRecipe weight_rows(const PackLayout& layout, const graph::TensorRef& weights,
                       const graph::Tensor* scale) {
  const int64_t m = weights->shape[0], k = m > 0 ? weights->count() / m : 0;
  PackRecipe recipe{&layout, {}, k, m};
  if (!scale) recipe.parts.push_back({weights, 0, k, m, 1, k, 1});
  for (int64_t row = 0; scale && row < m; ++row)
    recipe.parts.push_back({weights, row * k, k, 1, 1, k, read_weight(*scale, row)});
  return recipe;
}

// Sizes that only a run knows are taken for those of a middling layer.
constexpr int64_t kUnknownSize = 28;

kernels::WinogradForm winograd_of(Lowering& low, std::span<const WindowAxis> axes, int64_t groups) {
  const graph::TensorRef weights = low.constant_tensor(1);
  if (!weights || axes.size() != 2 || groups != 1) return kernels::WinogradForm::kNone;
  const auto is_plain = [&](const WindowAxis& a) {
    return low.exprs().is(a.kernel, 3) && a.stride == 1 && a.dilation == 1;
  };
  if (!is_plain(axes[0]) || !is_plain(axes[1])) return kernels::WinogradForm::kNone;
  const int64_t height = low.exprs().value(axes[0].out).value_or(kUnknownSize);
  const int64_t width = low.exprs().value(axes[1].out).value_or(kUnknownSize);
  return choose_winograd({weights->shape[1], weights->shape[0], height, width});
}

struct Road {
  StepFn run;
  const PackLayout* layout;  // of constant weights
};

Road road_of(const ConvParams& params, bool depthwise) {
  switch (params.winograd) {
    case kernels::WinogradForm::k2x2: return {run_conv_winograd, &kWinograd2x2Layout};
    case kernels::WinogradForm::k4x4: return {run_conv_winograd, &kWinograd4x4Layout};
    case kernels::WinogradForm::kNone: break;
  }
  return {depthwise ? run_conv_depthwise : run_conv_gemm, &kWeightRowsLayout};
}

}  // namespace

ConvProblem::ConvProblem(const StepCall& call, int64_t at_least)
    : n(call.sizes[0]),
      c(call.sizes[1]),
      m(call.sizes[2]),
      groups(call.sizes[3]),
      axes(read_axes(call.sizes + 4, call.as<ConvParams>().rank, at_least)) {}

StepFn plain_conv(DType dtype) {
  return for_type(dtype, Floats(),
                  []<class T>(std::type_identity<T>) -> StepFn { return run_plain<T>; });
}

Status infer_conv(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, is_fused(in.node()) ? 5 : 3));
  INLAY_TRY(
      in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kFloat16, DType::kBfloat16}));
  INLAY_TRY(in.expect_dtype(1, {in.dtype(0)}));
  ExprPool& e = in.exprs();
  INLAY_ASSIGN(const Shape x, in.shape(0));
  INLAY_ASSIGN(const Shape weights, in.shape(1));
  if (x.size() < 3 || weights.size() != x.size())
    return in.error("expected inputs 0 and 1 of as many dimensions, at least 3, found {} and {}",
                    x.size(), weights.size());
  const int64_t groups = in.node().integer("group", 1);
  if (groups < 1) return in.error("group: expected at least 1, found {}", groups);
  INLAY_TRY(in.expect_equal(e.mul(weights[1], in.constant(groups)), x[1], "channels"));
  INLAY_TRY(in.expect_equal(e.mod(weights[0], in.constant(groups)), in.constant(0),
                            "output channels that are left over by groups"));
  if (in.has(2)) {
    INLAY_TRY(in.expect_dtype(2, {in.dtype(0)}));
    INLAY_ASSIGN(const Shape bias, in.shape(2));
    INLAY_TRY(in.expect_equal(e.product(bias), weights[0], "bias"));
  }
  INLAY_ASSIGN(const auto axes, axes_of(in.graph(), in.node(), x, weights));
  Shape shape{x[0], weights[0]};
  for (size_t a = 0; a < axes.size(); ++a) {
    INLAY_TRY(in.expect_equal(axes[a].kernel, weights[2 + a], "kernel_shape"));
    shape.push_back(axes[a].out);
  }
  if (is_fused(in.node())) INLAY_TRY(check_fused(in, weights[0], shape));
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_conv(Lowering& low) {
  const Shape &x = low.input_shape(0), &weights = low.input_shape(1);
  INLAY_ASSIGN(const auto axes, axes_of(low.graph(), low.node(), x, weights));
  const int64_t groups = low.node().integer("group", 1);
  const bool kernel = low.input_type(0).dtype == DType::kFloat32 && axes.size() <= 3;
  const bool depthwise = kernel && groups > 1 && low.exprs().is(weights[1], 1);
  ConvParams params{static_cast<int64_t>(axes.size()),
                    *find_activation(low.node().text("activation", "")),
                    kernel && low.constant_tensor(1)};
  if (is_fused(low.node()) && (!kernel || (low.has(3) && !params.packed)))
    return low.error("expected constant weights and at most 3 spatial axes");
  const graph::TensorRef scale = low.has(3) ? low.constant_tensor(3) : nullptr;
  const auto few = params.packed && groups == 1
                       ? few_positions(low.exprs(), low.constant_tensor(1)->shape[0], axes)
                       : std::nullopt;
  if (few)
    params.used = *few;
  else if (params.packed)
    params.winograd = winograd_of(low, axes, groups);
  const Road road = few ? Road{run_conv_few, nullptr} : road_of(params, depthwise);
  Lowering::StepSpec spec{
      kernel ? road.run : plain_conv(low.input_type(0).dtype),
      {low.dense(0),
       few             ? low.packed(weight_columns(low.constant_tensor(1), scale, *few))
       : params.packed ? low.packed(weight_rows(*road.layout, low.constant_tensor(1), scale.get()))
                       : low.dense(1),
       low.dense(2), low.dense(4), low.has(4) ? low.output_over(0, 4) : low.output(0)},
      {x[0], x[1], weights[0], low.constant(groups)},
      nullptr};
  push_axes(low.exprs(), spec.sizes, axes);
  spec.params = std::make_shared<ConvParams>(params);
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
