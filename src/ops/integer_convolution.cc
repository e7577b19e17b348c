#include "ops/integer_convolution.h"

#include <algorithm>
#include <cstring>

#include "kernels/integer_gemm.h"
#include "kernels/quantize.h"
#include "ops/integer_product.h"
#include "ops/lanes.h"

namespace inlay::ops {
namespace {

// One spatial axis, with sizes as expressions at load and as numbers in a run.
template <class Size>
struct Axis {
  Size in, kernel, out, pad;  // pad: before the first element
  int64_t stride, dilation;
};

constexpr int64_t kMaxAxes = 6;
constexpr int64_t kRowsPerTask = 64;

enum Operands : size_t { kX, kW, kXZero, kWZero, kOperands };
enum Sizes : size_t { kBatch, kChannels, kFilters, kWZeros, kAxes };
constexpr int64_t kSizesPerAxis = 6;

Result<std::vector<int64_t>> numbers(const graph::Node& node, std::string_view key, size_t count,
                                     int64_t fallback, int64_t least) {
  const std::vector<int64_t>* said = node.integers(key);
  if (!said || said->empty()) return std::vector<int64_t>(count, fallback);
  if (said->size() != count)
    return invalid("{}: expected {} numbers, found {}", key, count, said->size());
  for (int64_t number : *said)
    if (number < least || number > INT32_MAX)
      return invalid("{}: expected at least {}, found {}", key, least, number);
  return *said;
}

// The padding before an axis whose output is as many as strides fit into it.
Expr same_pad(ExprPool& e, const Axis<Expr>& axis, bool lower) {
  const Expr covered = e.add(
      e.mul(e.sub(axis.out, e.constant(1)), e.constant(axis.stride)),
      e.add(e.mul(e.sub(axis.kernel, e.constant(1)), e.constant(axis.dilation)), e.constant(1)));
  const Expr total = e.max(e.sub(covered, axis.in), e.constant(0));
  return lower ? e.ceil_div(total, e.constant(2)) : e.floor_div(total, e.constant(2));
}

Result<std::vector<Axis<Expr>>> axes_of(ExprPool& e, const graph::Node& node, const Shape& x,
                                        const Shape& w) {
  const size_t count = x.size() - 2;
  INLAY_ASSIGN(const auto strides, numbers(node, "strides", count, 1, 1));
  INLAY_ASSIGN(const auto dilations, numbers(node, "dilations", count, 1, 1));
  INLAY_ASSIGN(const auto pads, numbers(node, "pads", 2 * count, 0, 0));
  const std::string_view mode = node.text("auto_pad", "NOTSET");
  const bool same = mode == "SAME_UPPER" || mode == "SAME_LOWER";
  if (!same && mode != "NOTSET" && mode != "VALID")
    return invalid("auto_pad: expected NOTSET, VALID, SAME_UPPER or SAME_LOWER, found {}",
                   quote(mode));
  std::vector<Axis<Expr>> axes;
  for (size_t i = 0; i < count; ++i) {
    Axis<Expr> axis{x[i + 2], w[i + 2], {}, e.constant(0), strides[i], dilations[i]};
    if (same) {
      axis.out = e.ceil_div(axis.in, e.constant(axis.stride));
      axis.pad = same_pad(e, axis, mode == "SAME_LOWER");
    } else {
      const bool padded = mode == "NOTSET";
      axis.pad = e.constant(padded ? pads[i] : 0);
      const Expr extent = e.add(axis.in, e.constant(padded ? pads[i] + pads[i + count] : 0));
      const Expr reach = e.mul(e.sub(axis.kernel, e.constant(1)), e.constant(axis.dilation));
      const Expr steps =
          e.floor_div(e.sub(e.sub(extent, reach), e.constant(1)), e.constant(axis.stride));
      axis.out = e.max(e.add(steps, e.constant(1)), e.constant(0));
    }
    axes.push_back(axis);
  }
  return axes;
}

// A convolution as its step finds it.
struct Problem {
  const StepCall& call;
  const IntegerConvolutionParams& params;
  int64_t batch, channels, filters, w_zeros;  // channels and filters of a group
  Axis<int64_t> axes[kMaxAxes];
  int64_t in_positions = 1, positions = 1, taps = 1;

  Problem(const StepCall& c, const IntegerConvolutionParams& p)
      : call(c),
        params(p),
        batch(c.sizes[kBatch]),
        channels(c.sizes[kChannels]),
        filters(c.sizes[kFilters] / p.groups),
        w_zeros(c.sizes[kWZeros]) {
    for (int64_t i = 0; i < p.axes; ++i) {
      const int64_t* s = c.sizes + kAxes + i * kSizesPerAxis;
      axes[i] = {s[0], s[1], s[2], s[3], s[4], s[5]};
      in_positions *= axes[i].in;
      positions *= axes[i].out;
      taps *= axes[i].kernel;
    }
  }
  int64_t depth() const { return channels * taps; }
};

// Where in the input each tap of one output position is; -1 in the padding.
void find_taps(const Problem& p, int64_t position, int64_t* taps) {
  int64_t begin[kMaxAxes];
  for (int64_t i = p.params.axes; i-- > 0; position /= p.axes[i].out)
    begin[i] = position % p.axes[i].out * p.axes[i].stride - p.axes[i].pad;
  for (int64_t tap = 0; tap < p.taps; ++tap) {
    int64_t rest = tap, offset = 0, scale = 1;
    bool inside = true;
    for (int64_t i = p.params.axes; i-- > 0; rest /= p.axes[i].kernel) {
      const int64_t at = begin[i] + rest % p.axes[i].kernel * p.axes[i].dilation;
      inside = inside && at >= 0 && at < p.axes[i].in;
      offset += at * scale;
      scale *= p.axes[i].in;
    }
    taps[tap] = inside ? offset : -1;
  }
}

// Memory of one thread.
struct Lane {
  uint8_t* patches;  // [kRowsPerTask, depth]
  int32_t *sums, *row_sums;
  int64_t* taps;
};

struct Weights {
  std::byte* packed;  // of all groups
  int64_t group_bytes;
  const int32_t* zeros;  // null: all are 0
  int32_t x_zero;
};

void gather_patches(const Problem& p, int64_t batch, int64_t group, int64_t first, int64_t count,
                    int32_t x_zero, const Lane& lane) {
  const uint8_t turn = p.params.x_signed ? 0x80 : 0;
  const uint8_t* x = p.call.at<const uint8_t>(kX) +
                     (batch * p.params.groups + group) * p.channels * p.in_positions;
  uint8_t* to = lane.patches;
  for (int64_t row = 0; row < count; ++row) {
    find_taps(p, first + row, lane.taps);
    for (int64_t channel = 0; channel < p.channels; ++channel)
      for (int64_t tap = 0; tap < p.taps; ++tap) {
        const int64_t at = lane.taps[tap];
        *to++ = at < 0 ? static_cast<uint8_t>(x_zero)
                       : static_cast<uint8_t>(x[channel * p.in_positions + at] ^ turn);
      }
  }
}

void run_task(const Problem& p, const Weights& weights, int64_t task, const Lane& lane,
              ConvolutionWriter write, const void* target) {
  const int64_t pieces = (p.positions + kRowsPerTask - 1) / kRowsPerTask;
  const int64_t first = task % pieces * kRowsPerTask;
  const int64_t count = std::min(kRowsPerTask, p.positions - first);
  const int64_t group = task / pieces % p.params.groups, batch = task / pieces / p.params.groups;
  gather_patches(p, batch, group, first, count, weights.x_zero, lane);
  for (int64_t row = 0; weights.zeros && row < count; ++row)
    lane.row_sums[row] = static_cast<int32_t>(
        kernels::quantize_kernel().sum_u8(lane.patches + row * p.depth(), p.depth()));
  kernels::IntegerGemmArgs args{};
  args.a = lane.patches;
  args.a_stride = args.k = p.depth();
  args.b_packed = weights.packed + group * weights.group_bytes;
  args.a_zero = &weights.x_zero;
  args.b_zero = weights.zeros ? weights.zeros + (p.w_zeros > 1 ? group * p.filters : 0) : nullptr;
  args.b_zero_stride = p.w_zeros > 1 ? 1 : 0;
  args.row_sums = lane.row_sums;
  args.c = lane.sums;
  args.m = count;
  args.n = p.filters;
  kernels::integer_gemm_kernel().run(args, 0, count, 0, p.filters);
  write({batch, group * p.filters, p.filters, first, count, p.filters * p.params.groups,
         p.positions, lane.sums},
        target);
}

Result<Weights> pack_weights(const Problem& p) {
  const kernels::IntegerGemmKernel& kernel = kernels::integer_gemm_kernel();
  Weights out{};
  out.group_bytes = kernel.packed_bytes(p.depth(), p.filters);
  INLAY_ASSIGN(out.packed, p.call.run.scratch(out.group_bytes * p.params.groups));
  INLAY_ASSIGN(std::byte* const memory,
               p.call.run.scratch(p.w_zeros * static_cast<int64_t>(sizeof(int32_t))));
  auto* const zeros = reinterpret_cast<int32_t*>(memory);
  read_zero_points(p.call.data[kWZero], p.params.w_signed, p.w_zeros, p.params.w_signed ? 0 : -128,
                   zeros);
  const bool none = std::all_of(zeros, zeros + p.w_zeros, [](int32_t z) { return z == 0; });
  out.zeros = none ? nullptr : zeros;
  read_zero_points(p.call.data[kXZero], p.params.x_signed, 1, p.params.x_signed ? 128 : 0,
                   &out.x_zero);
  p.call.run.pool().parallel_for(p.params.groups, [&](int64_t group) {
    const kernels::IntegerPackSource source{
        p.call.at<const uint8_t>(kW) + group * p.filters * p.depth(),
        !p.params.w_signed,
        p.depth(),
        p.filters,
        1,
        p.depth()};
    kernel.pack(source, 0, p.filters, out.packed + group * out.group_bytes);
  });
  return out;
}

int64_t rounded(int64_t bytes) { return (bytes + 63) / 64 * 64; }

}  // namespace

Result<Shape> infer_integer_convolution(Inference& in, const ConvolutionInputs& inputs) {
  for (size_t i : {inputs.x, inputs.w})
    INLAY_TRY(in.expect_dtype(i, {DType::kUint8, DType::kInt8}));
  if (in.has(inputs.x_zero)) INLAY_TRY(in.expect_dtype(inputs.x_zero, {in.dtype(inputs.x)}));
  if (in.has(inputs.w_zero)) INLAY_TRY(in.expect_dtype(inputs.w_zero, {in.dtype(inputs.w)}));
  INLAY_ASSIGN(const Shape x, in.shape(inputs.x));
  INLAY_ASSIGN(const Shape w, in.shape(inputs.w));
  if (x.size() < 3 || x.size() != w.size() || x.size() > kMaxAxes + 2)
    return in.error("expected input and filters of as many dimensions, 3 to {}, found {} and {}",
                    kMaxAxes + 2, x.size(), w.size());
  const int64_t groups = in.node().integer("group", 1);
  if (groups < 1) return in.error("group: expected at least 1, found {}", groups);
  INLAY_TRY(in.expect_equal(x[1], in.exprs().mul(w[1], in.constant(groups)), "channels"));
  const auto filters = in.exprs().value(w[0]);
  if (filters && *filters % groups != 0)
    return in.error("expected filters that {} groups divide, found {}", groups, *filters);
  if (const auto* kernel = in.node().integers("kernel_shape"))
    for (size_t i = 0; i < std::min(kernel->size(), w.size() - 2); ++i)
      INLAY_TRY(in.expect_equal(w[i + 2], in.constant((*kernel)[i]), "kernel_shape"));
  if (in.has(inputs.x_zero)) {
    INLAY_ASSIGN(const Shape zero, in.shape(inputs.x_zero));
    INLAY_TRY(in.expect_equal(in.exprs().product(zero), in.constant(1), "zero points of x"));
  }
  INLAY_TRY(expect_one_or(in, static_cast<int>(inputs.w_zero), w[0], "zero points of filters"));
  auto axes = axes_of(in.exprs(), in.node(), x, w);
  if (!axes.ok()) return in.error("{}", axes.message());
  Shape shape{x[0], w[0]};
  for (const Axis<Expr>& axis : *axes) shape.push_back(axis.out);
  return shape;
}

Result<IntegerConvolutionParams> push_integer_convolution(Lowering& low,
                                                          const ConvolutionInputs& inputs,
                                                          Lowering::StepSpec& spec) {
  const Shape &x = low.input_shape(inputs.x), &w = low.input_shape(inputs.w);
  INLAY_ASSIGN(const auto axes, axes_of(low.exprs(), low.node(), x, w));
  spec.operands.insert(spec.operands.end(), {low.dense(inputs.x), low.dense(inputs.w),
                                             low.dense(inputs.x_zero), low.dense(inputs.w_zero)});
  const Expr w_zeros =
      low.has(inputs.w_zero) ? low.count(low.input_shape(inputs.w_zero)) : low.constant(1);
  spec.sizes.insert(spec.sizes.end(), {x[0], w[1], w[0], w_zeros});
  for (const Axis<Expr>& axis : axes)
    spec.sizes.insert(spec.sizes.end(), {axis.in, axis.kernel, axis.out, axis.pad,
                                         low.constant(axis.stride), low.constant(axis.dilation)});
  return IntegerConvolutionParams{low.input_type(inputs.x).dtype == DType::kInt8,
                                  low.input_type(inputs.w).dtype == DType::kInt8,
                                  low.node().integer("group", 1),
                                  static_cast<int64_t>(axes.size()),
                                  spec.operands.size(),
                                  spec.sizes.size()};
}

Status run_integer_convolution(const StepCall& call, const IntegerConvolutionParams& params,
                               ConvolutionWriter write, const void* target) {
  const Problem p(call, params);
  if (p.batch * p.filters * p.positions == 0) return Status();
  INLAY_ASSIGN(const Weights weights, pack_weights(p));
  const int64_t pieces = (p.positions + kRowsPerTask - 1) / kRowsPerTask;
  const int64_t tasks = p.batch * params.groups * pieces;
  const int64_t lanes = lane_count(call.run.pool(), tasks);
  const int64_t patch_bytes = rounded(kRowsPerTask * p.depth());
  const int64_t sum_bytes = rounded(kRowsPerTask * p.filters * int64_t{sizeof(int32_t)});
  const int64_t row_bytes = rounded(kRowsPerTask * int64_t{sizeof(int32_t)});
  const int64_t lane_bytes =
      patch_bytes + sum_bytes + row_bytes + rounded(p.taps * int64_t{sizeof(int64_t)});
  INLAY_ASSIGN(std::byte* const memory, call.run.scratch(lane_bytes * lanes));
  for_each_in_lanes(call.run.pool(), tasks, lanes, [&](int64_t lane, int64_t task) {
    if (call.run.cancelled()) return;
    std::byte* const own = memory + lane * lane_bytes;
    std::byte* const sums = own + patch_bytes;
    const Lane places{reinterpret_cast<uint8_t*>(own), reinterpret_cast<int32_t*>(sums),
                      reinterpret_cast<int32_t*>(sums + sum_bytes),
                      reinterpret_cast<int64_t*>(sums + sum_bytes + row_bytes)};
    run_task(p, weights, task, places, write, target);
  });
  return Status();
}

}  // namespace inlay::ops
