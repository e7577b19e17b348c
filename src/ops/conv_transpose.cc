// ConvTranspose (ONNX 1…): each input element adds its window of weights, times itself, to the output.
//
// The output takes the input's place in windows.h: tap t of position i of x lies at i * stride + t * dilation - front
// of y. f32 with constant weights [c, m / groups, taps]: a product gives the windows of some positions for some
// channels, which are then added where they lie.
#include <cstring>

#include "kernels/gemm.h"
#include "kernels/patches.h"
#include "ops/convolution.h"
#include "ops/element_types.h"
#include "ops/lanes.h"
#include "ops/op.h"
#include "ops/reduction.h"
#include "ops/stop_check.h"

namespace inlay::ops {
namespace {

struct TransposeParams : ConvParams {};

// Channels of y whose every element is computed from all positions of x, one plane after the other.
template <class T>
Status run_plain(const StepCall& call) {
  const ConvProblem p(call);
  INLAY_TRY(check_axes(p.axes));
  const int64_t outputs = in_count(p.axes), positions = out_count(p.axes);
  const int64_t taps = tap_count(p.axes), channels = p.group_channels(), rows = p.group_rows();
  const int64_t planes = p.n * p.m, lanes = lane_count(call.run.pool(), planes);
  INLAY_ASSIGN(std::byte* const scratch,
               call.run.scratch(lanes * outputs * static_cast<int64_t>(sizeof(double)) + 64));
  for_each_in_lanes(call.run.pool(), planes, lanes, [&](int64_t lane, int64_t plane) {
    double* const sums = reinterpret_cast<double*>(scratch) + lane * outputs;
    const int64_t row = plane % p.m, group = row / rows;
    std::fill(sums, sums + outputs,
              call.data[2] ? static_cast<double>(call.at<const T>(2)[row]) : 0.0);
    const T* x = call.at<const T>(0) + (plane / p.m * p.c + group * channels) * positions;
    const T* w = call.at<const T>(1) + (group * channels * rows + row % rows) * taps;
    for (int64_t i = 0; i < positions && !call.run.cancelled(); ++i)
      for_each_tap(p.axes, i, [&](int64_t tap, int64_t offset) {
        double sum = 0;
        for (int64_t c = 0; c < channels; ++c)
          sum += static_cast<double>(x[c * positions + i]) *
                 static_cast<double>(w[c * rows * taps + tap]);
        sums[offset] += sum;
      });
    for (int64_t i = 0; i < outputs; ++i) call.at<T>(4)[plane * outputs + i] = from_sum<T>(sums[i]);
  });
  return Status();
}

// Positions of x in one line: (z, y, x) to (z, y, x + count), of which the first is column `first` of a product.
struct PositionRun {
  int64_t z, y, x, count, first;
};

// Where a tap of the last axis puts a run: positions low to high of the run, and the place of the first one in the line.
struct TapSpan {
  int64_t low, high, place;
};

TapSpan tap_span(const Axis& axis, const PositionRun& run, int64_t tap) {
  const int64_t start = run.x * axis.stride + tap * axis.dilation - axis.front;
  const int64_t low = start < 0 ? std::min((-start + axis.stride - 1) / axis.stride, run.count) : 0;
  const int64_t room = axis.in - start;
  const int64_t high =
      room > 0 ? std::min((room + axis.stride - 1) / axis.stride, run.count) : int64_t{0};
  return {low, std::max(low, high), start + low * axis.stride};
}

// Adds one run of the windows [channels * taps, width] to the planes of y.
void add_run(const std::vector<Axis>& axes, const PositionRun& run, int64_t channels, int64_t width,
             const float* windows, float* y) {
  const Axis &az = axes[0], &ay = axes[1], &ax = axes[2];
  const auto add = kernels::patches_kernel().add;
  const int64_t outputs = in_count(axes), lines = az.kernel * ay.kernel;
  for (int64_t line = 0; line < lines; ++line) {
    const int64_t slice = run.z * az.stride + line / ay.kernel * az.dilation - az.front;
    const int64_t row = run.y * ay.stride + line % ay.kernel * ay.dilation - ay.front;
    if (slice < 0 || slice >= az.in || row < 0 || row >= ay.in) continue;
    for (int64_t tx = 0; tx < ax.kernel; ++tx) {
      const TapSpan span = tap_span(ax, run, tx);
      const float* from = windows + (line * ax.kernel + tx) * width + run.first + span.low;
      float* to = y + (slice * ay.in + row) * ax.in + span.place;
      for (int64_t c = 0; c < channels; ++c, from += lines * ax.kernel * width, to += outputs)
        add(from, ax.stride, to, span.high - span.low);
    }
  }
}

// Adds the windows of the positions [begin, begin + width).
void add_windows(const std::vector<Axis>& axes, int64_t begin, int64_t channels, int64_t width,
                 const float* windows, float* y) {
  const Axis &ay = axes[1], &ax = axes[2];
  for (int64_t done = 0; done < width;) {
    const int64_t position = begin + done, line = position / ax.out;
    PositionRun run{line / ay.out, line % ay.out, position % ax.out, 0, done};
    run.count = std::min(ax.out - run.x, width - done);
    add_run(axes, run, channels, width, windows, y);
    done += run.count;
  }
}

constexpr int64_t kCachedBytes = 256 * 1024;
constexpr int64_t kProductRows = 256;

// A task: some channels of one element of the batch and one group.
struct TransposeTask {
  const float *x, *weights;  // of the group; the first row of weights
  float* y;
  int64_t channels;  // of y
};

void run_task(const ConvProblem& p, const TransposeTask& task, int64_t width, float* packed,
              float* windows, const RunServices& run) {
  const kernels::GemmKernel& gemm = kernels::gemm_kernel();
  const int64_t positions = out_count(p.axes), taps = tap_count(p.axes), k = p.group_channels();
  kernels::PatchArgs flat{task.x, k, {}};
  for (int a = 0; a < 3; ++a) flat.axis[a] = {1, 1, 1, 1, 1, 0};
  flat.axis[2].in = flat.axis[2].out = positions;
  for (int64_t begin = 0; begin < positions && !run.cancelled(); begin += width) {
    const int64_t count = std::min(width, positions - begin);
    kernels::patches_kernel().pack(flat, begin, begin + count, gemm.tile_n, packed);
    kernels::GemmArgs args{};
    args.a = task.weights;
    args.a_stride = odd_lines(k);
    args.b_packed = packed;
    args.c = windows;
    args.c_stride = count;
    args.m = task.channels * taps;
    args.n = count;
    args.k = k;
    args.stop = stop_check(run);
    gemm.run(args, 0, args.m, 0, count);
    add_windows(p.axes, begin, task.channels, count, windows, task.y);
  }
}

Status run_gemm_windows(const StepCall& call) {
  const ConvProblem p(call, 3);
  INLAY_TRY(check_axes(p.axes));
  const kernels::GemmKernel& gemm = kernels::gemm_kernel();
  const int64_t positions = out_count(p.axes), outputs = in_count(p.axes);
  const int64_t taps = tap_count(p.axes), k = p.group_channels(), rows = p.group_rows();
  if (p.n * p.m * outputs == 0) return Status();
  const int64_t panel_bytes = std::max<int64_t>(gemm.packed_bytes(k, gemm.tile_n), 1);
  const int64_t panels = std::clamp<int64_t>(kCachedBytes / panel_bytes, 1, 16);
  const int64_t width = panels * gemm.tile_n;
  const int64_t each = std::clamp<int64_t>(kProductRows / std::max<int64_t>(taps, 1), 1, rows);
  const int64_t chunks = (rows + each - 1) / each, tasks = p.n * p.groups * chunks;
  const int64_t lanes = lane_count(call.run.pool(), tasks);
  const int64_t packed_floats = gemm.packed_bytes(k, width) / int64_t{sizeof(float)} + 16;
  const int64_t floats = (packed_floats + each * taps * width + 15) / 16 * 16;
  INLAY_ASSIGN(std::byte* const scratch,
               call.run.scratch(lanes * floats * static_cast<int64_t>(sizeof(float))));
  for_each_in_lanes(call.run.pool(), tasks, lanes, [&](int64_t lane, int64_t i) {
    float* const packed = reinterpret_cast<float*>(scratch) + lane * floats;
    const int64_t product = i / chunks, group = product % p.groups, first = i % chunks * each;
    const int64_t row = group * rows + first, count = std::min(each, rows - first);
    float* const y = call.at<float>(4) + (product * rows + first) * outputs;
    if (!call.data[2]) std::memset(y, 0, static_cast<size_t>(count * outputs) * sizeof(float));
    for (int64_t c = 0; call.data[2] && c < count; ++c)
      std::fill(y + c * outputs, y + (c + 1) * outputs, call.at<const float>(2)[row + c]);
    run_task(p,
             {call.at<const float>(0) + product * k * positions,
              call.at<const float>(1) + row * taps * odd_lines(k), y, count},
             width, packed, packed + packed_floats, call.run);
  });
  return Status();
}

constexpr auto kPlain = []<class T>(std::type_identity<T>) -> StepFn { return run_plain<T>; };

// Rows (channel of y, tap), each over the channels of x of its group.
PackRecipe transposed_rows(const graph::TensorRef& weights, int64_t groups) {
  const int64_t c = weights->shape[0], k = c / groups;
  const int64_t n = c > 0 ? weights->count() / c : 0;
  PackRecipe recipe{&kWeightRowsLayout, {}, k, groups * n};
  for (int64_t g = 0; g < groups; ++g) recipe.parts.push_back({weights, g * k * n, k, n, n, 1, 1});
  return recipe;
}

// The pads' sum becomes a front and a back one; SAME_UPPER puts the larger one behind.
void split_pads(ExprPool& e, WindowAxis& axis, Expr total, bool upper) {
  const Expr half = e.floor_div(total, e.constant(2)), rest = e.sub(total, half);
  axis.front = upper ? half : rest;
  axis.behind = upper ? rest : half;
}

Result<std::vector<int64_t>> list_or(const graph::Graph& graph, const graph::Node& node,
                                     std::string_view key, size_t count, int64_t fallback) {
  const std::vector<int64_t>* list = node.integers(key);
  if (!list) return std::vector<int64_t>(count, fallback);
  if (list->size() != count)
    return invalid("{}: {}: expected {} integers, found {}", describe(graph, node), key, count,
                   list->size());
  return *list;
}

// output_shape may name the batch and the channels as well.
Result<std::vector<int64_t>> output_sizes(const graph::Graph& graph, const graph::Node& node,
                                          size_t rank) {
  const std::vector<int64_t>* list = node.integers("output_shape");
  if (!list || list->empty()) return std::vector<int64_t>();
  if (list->size() == rank + 2) return std::vector<int64_t>(list->begin() + 2, list->end());
  return list_or(graph, node, "output_shape", rank, 0);
}

// The axes with y's sizes as `in` and x's as `out`.
Result<std::vector<WindowAxis>> axes_of(const graph::Graph& graph, const graph::Node& node,
                                        const Shape& x, const Shape& weights) {
  ExprPool& e = *graph.exprs;
  const size_t rank = x.size() - 2;
  INLAY_ASSIGN(const auto strides, positive_list(graph, node, "strides", rank));
  INLAY_ASSIGN(const auto dilations, positive_list(graph, node, "dilations", rank));
  INLAY_ASSIGN(const auto more, list_or(graph, node, "output_padding", rank, 0));
  INLAY_ASSIGN(const auto pads, list_or(graph, node, "pads", 2 * rank, 0));
  INLAY_ASSIGN(const auto wanted, output_sizes(graph, node, rank));
  const std::string_view auto_pad = node.text("auto_pad", "NOTSET");
  const bool upper = auto_pad == "SAME_UPPER", same = upper || auto_pad == "SAME_LOWER";
  if (!same && auto_pad != "NOTSET" && auto_pad != "VALID" && !auto_pad.empty())
    return invalid("{}: unknown auto_pad {}", describe(graph, node), quote(auto_pad));
  std::vector<WindowAxis> axes(rank);
  for (size_t a = 0; a < rank; ++a) {
    WindowAxis& axis = axes[a];
    const Expr one = e.constant(1);
    axis.out = x[2 + a];
    axis.kernel = weights[2 + a];
    axis.stride = strides[a];
    axis.dilation = dilations[a];
    const Expr extent = e.add(e.mul(e.sub(axis.kernel, one), e.constant(axis.dilation)), one);
    const Expr steps = e.mul(e.constant(axis.stride), e.sub(axis.out, one));
    const Expr whole = e.add(e.add(steps, extent), e.constant(more[a]));
    if (wanted.empty() && !same) {
      const bool explicit_pads = auto_pad != "VALID";
      axis.front = e.constant(explicit_pads ? pads[a] : 0);
      axis.behind = e.constant(explicit_pads ? pads[rank + a] : 0);
      axis.in = e.sub(whole, e.add(axis.front, axis.behind));
      continue;
    }
    axis.in = wanted.empty() ? e.mul(axis.out, e.constant(axis.stride)) : e.constant(wanted[a]);
    split_pads(e, axis, e.sub(whole, axis.in), upper);
  }
  return axes;
}

}  // namespace

Status infer_conv_transpose(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 3));
  INLAY_TRY(
      in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kFloat16, DType::kBfloat16}));
  INLAY_TRY(in.expect_dtype(1, {in.dtype(0)}));
  INLAY_ASSIGN(const Shape x, in.shape(0));
  INLAY_ASSIGN(const Shape weights, in.shape(1));
  if (x.size() < 3 || weights.size() != x.size())
    return in.error("expected inputs 0 and 1 of as many dimensions, at least 3, found {} and {}",
                    x.size(), weights.size());
  const int64_t groups = in.node().integer("group", 1);
  if (groups < 1) return in.error("group: expected at least 1, found {}", groups);
  INLAY_TRY(in.expect_equal(x[1], weights[0], "channels"));
  INLAY_TRY(in.expect_equal(in.exprs().mod(x[1], in.constant(groups)), in.constant(0),
                            "channels left over by groups"));
  const Expr rows = in.exprs().mul(weights[1], in.constant(groups));
  if (in.has(2)) {
    INLAY_TRY(in.expect_dtype(2, {in.dtype(0)}));
    INLAY_ASSIGN(const Shape bias, in.shape(2));
    INLAY_TRY(in.expect_equal(in.exprs().product(bias), rows, "bias"));
  }
  INLAY_ASSIGN(const auto axes, axes_of(in.graph(), in.node(), x, weights));
  Shape shape{x[0], rows};
  for (const WindowAxis& axis : axes) shape.push_back(axis.in);
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_conv_transpose(Lowering& low) {
  const Shape& x = low.input_shape(0);
  INLAY_ASSIGN(const auto axes, axes_of(low.graph(), low.node(), x, low.input_shape(1)));
  const int64_t groups = low.node().integer("group", 1);
  const graph::TensorRef weights = low.constant_tensor(1);
  const bool kernel = low.input_type(0).dtype == DType::kFloat32 && axes.size() <= 3 && weights;
  TransposeParams params{};
  params.rank = static_cast<int64_t>(axes.size());
  Lowering::StepSpec spec{
      kernel ? run_gemm_windows : for_type(low.input_type(0).dtype, Floats(), kPlain),
      {low.dense(0), kernel ? low.packed(transposed_rows(weights, groups)) : low.dense(1),
       low.dense(2), Operand{}, low.output(0)},
      {x[0], x[1], low.output_shape(0)[1], low.constant(groups)},
      nullptr};
  push_axes(low.exprs(), spec.sizes, axes);
  spec.params = std::make_shared<TransposeParams>(params);
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
