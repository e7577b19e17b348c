// Conv by the ways in which it is computed; conv.cc chooses.
//
// Operands of every step: x [n, c, …], weights [m, c / groups, …], bias [m] or none, residual (as y) or
// none, y [n, m, …]. Sizes: n, c, m, groups, then the axes.
#pragma once

#include "kernels/activation.h"
#include "kernels/winograd.h"
#include "ops/windows.h"

namespace inlay::ops {

struct ConvParams {
  int64_t rank;  // of the spatial axes
  kernels::Activation activation;
  bool packed;  // the weights are kWeightRowsLayout's
  kernels::WinogradForm winograd = kernels::WinogradForm::kNone;
  std::array<TapRange, 3> used{};  // taps that kWeightColumnsLayout holds
};

// What a step finds in its sizes.
struct ConvProblem {
  int64_t n, c, m, groups;
  std::vector<Axis> axes;

  explicit ConvProblem(const StepCall& call, int64_t at_least = 0);
  int64_t group_channels() const { return c / groups; }
  int64_t group_rows() const { return m / groups; }
};

// f32 weights [m, k] as rows that are odd_lines(k) apart. A part for each row that has a scale of
// its own, or one for all.
extern const PackLayout kWeightRowsLayout;
// At least `floats`, an odd number of cache lines: rows that are so far apart do not share sets of the cache.
int64_t odd_lines(int64_t floats);

// f32, up to three axes.
Status run_conv_gemm(const StepCall& call);
// The same where each output channel has one input channel.
Status run_conv_depthwise(const StepCall& call);

// f32 weights [m, c, …] as columns of taps and channels, for kernels::gemm_kernel().
extern const PackLayout kWeightColumnsLayout;
// The taps of three axes that matter, where all outputs are so few that run_conv_few takes least time.
std::optional<std::array<TapRange, 3>> few_positions(ExprPool& exprs, int64_t rows,
                                                     std::span<const WindowAxis> axes);
// Each row of weights times its element of `scale`, which may be null.
PackRecipe weight_columns(const graph::TensorRef& weights, const graph::TensorRef& scale,
                          const std::array<TapRange, 3>& used);
// f32, up to three axes, one group, constant weights.
Status run_conv_few(const StepCall& call);

// f32 weights [m, c, 3, 3] as matrices [c, m] of points (kernels/winograd.h), for kernels::gemm_kernel(). Parts as
// kWeightRowsLayout has them.
extern const PackLayout kWinograd2x2Layout, kWinograd4x4Layout;

// A convolution by windows of 3 x 3 with strides of 1, one group.
struct WinogradShape {
  int64_t channels, rows;  // of weights
  int64_t height, width;   // of the output
};
// The form that should take least time; kNone: run_conv_gemm does.
kernels::WinogradForm choose_winograd(const WinogradShape& shape);
// f32, two axes, constant weights.
Status run_conv_winograd(const StepCall& call);

// Any number of axes; null for a type that is no float.
StepFn plain_conv(DType dtype);

}  // namespace inlay::ops
