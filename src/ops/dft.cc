// DFT (ONNX 17…): the discrete Fourier transform along an axis. The last axis holds real parts alone (1) or real
// and imaginary parts (2). "onesided": of a real signal the first half of the bins; with "inverse", a real
// signal from such a half. The axis is an attribute before 20, an input since.
#include <algorithm>
#include <vector>

#include "ops/arguments.h"
#include "ops/element_types.h"
#include "ops/fourier.h"
#include "ops/gathering.h"
#include "ops/lanes.h"

namespace inlay::ops {
namespace {

constexpr int kAxisIsInput = 20;

struct DftParams {
  bool inverse, onesided;
};

// Operands: x, y. Sizes: outer, length of x, inner, parts of x, DFT length, length of y, parts of y.
template <class T>
Status run_dft(const StepCall& call) {
  const auto& params = call.as<DftParams>();
  const int64_t *s = call.sizes, length = s[1], inner = s[2], parts = s[3], n = s[4];
  const int64_t out_length = s[5], out_parts = s[6];
  if (n < 1 || n > int64_t{1} << 26)
    return invalid("expected a DFT length in [1, 2^26], found {}", n);
  const Fourier fourier(n, params.inverse);
  const auto load = [&](int64_t line, int64_t i) {
    const T* x = call.at<const T>(0) + ((line / inner * length + i) * inner + line % inner) * parts;
    return Complex{static_cast<double>(x[0]), parts == 2 ? static_cast<double>(x[1]) : 0};
  };
  const auto run_line = [&](int64_t line, Complex* signal) {
    const bool half = params.inverse && params.onesided;
    const int64_t given = std::min(length, half ? n / 2 + 1 : n);
    for (int64_t i = 0; i < n; ++i) signal[i] = i < given ? load(line, i) : Complex{};
    // The other half of a real signal's bins mirrors the first.
    for (int64_t i = n / 2 + 1; i < n && half; ++i) {
      signal[i] = {signal[n - i].re, -signal[n - i].im};
    }
    if (half) {
      signal[0].im = 0;
      if (n % 2 == 0) signal[n / 2].im = 0;
    }
    fourier.run(signal, signal + n);
    for (int64_t i = 0; i < out_length; ++i) {
      T* y = call.at<T>(1) + ((line / inner * out_length + i) * inner + line % inner) * out_parts;
      y[0] = static_cast<T>(static_cast<Wide<T>>(signal[i].re));
      if (out_parts == 2) y[1] = static_cast<T>(static_cast<Wide<T>>(signal[i].im));
    }
  };
  const int64_t lines = s[0] * inner, lanes = lane_count(call.run.pool(), lines);
  const int64_t room = n + fourier.work();
  INLAY_ASSIGN(std::byte* const scratch,
               call.run.scratch(lanes * room * static_cast<int64_t>(sizeof(Complex))));
  for_each_in_lanes(call.run.pool(), lines, lanes, [&](int64_t lane, int64_t line) {
    if (!call.run.cancelled()) run_line(line, reinterpret_cast<Complex*>(scratch) + lane * room);
  });
  return Status();
}

constexpr auto kDft = []<class T>(std::type_identity<T>) -> StepFn { return run_dft<T>; };

struct DftSizes {
  int64_t axis;
  Expr length, dft_length, out_length;
  std::vector<Expr> shape;  // of the output
};

Expr first_content(const graph::Graph& graph, const graph::Node& node, size_t input) {
  return (*graph.value(node.input(input)).content)[0];
}

Result<int64_t> axis_of(const graph::Graph& graph, const graph::Node& node, size_t rank) {
  const bool old = node.version < kAxisIsInput;
  int64_t axis = node.integer("axis", old ? 1 : -2);
  if (!old && node.input(2) != graph::kNoValue) {
    INLAY_ASSIGN(axis, constant_axis(graph, node, 2, rank));
  } else if (axis < 0) {
    axis += static_cast<int64_t>(rank);
  }
  if (axis < 0 || axis + 1 >= static_cast<int64_t>(rank))
    return invalid("{}: expected an axis before the last, found {}", describe(graph, node), axis);
  return axis;
}

// Input 1 has content.
Result<DftSizes> sizes_of(const graph::Graph& graph, const graph::Node& node) {
  ExprPool& e = *graph.exprs;
  const Shape& x = *graph.value(node.input(0)).type.shape;
  const Expr one = e.constant(1), two = e.constant(2);
  INLAY_ASSIGN(const int64_t axis, axis_of(graph, node, x.size()));
  DftSizes out{axis, x[static_cast<size_t>(axis)], {}, {}, x};
  const bool inverse = node.integer("inverse", 0) != 0, onesided = node.integer("onesided", 0) != 0;
  out.dft_length = inverse && onesided ? e.mul(two, e.sub(out.length, one)) : out.length;
  if (node.input(1) != graph::kNoValue) out.dft_length = first_content(graph, node, 1);
  out.out_length =
      onesided && !inverse ? e.add(e.floor_div(out.dft_length, two), one) : out.dft_length;
  out.shape[static_cast<size_t>(axis)] = out.out_length;
  out.shape.back() = onesided && inverse ? one : two;
  return out;
}

}  // namespace

Status infer_dft(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 3));
  if (!is_one_of(in.dtype(0), Floats()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  INLAY_ASSIGN(const Shape x, in.shape(0));
  if (x.size() < 2) return in.error("expected at least 2 dimensions, found {}", x.size());
  if (in.has(1)) {
    INLAY_ASSIGN(const std::vector<Expr> length, in.content_or_read(1));
    if (length.size() != 1)
      return in.error("input 1: expected one length, found {}", length.size());
  }
  INLAY_ASSIGN(const DftSizes sizes, sizes_of(in.graph(), in.node()));
  ExprPool& e = in.exprs();
  INLAY_TRY(in.expect_equal(e.min(e.max(x.back(), in.constant(1)), in.constant(2)), x.back(),
                            "real and imaginary parts"));
  in.set_output(0, in.dtype(0), sizes.shape);
  return Status();
}

Status lower_dft(Lowering& low) {
  const Shape& x = low.input_shape(0);
  INLAY_ASSIGN(const DftSizes sizes, sizes_of(low.graph(), low.node()));
  const Shape lines(x.begin(), x.end() - 1);
  const AxisSizes beside = split_at(low.exprs(), lines, sizes.axis);
  const Operand in = low.dense(0);
  low.step({for_type(low.input_type(0).dtype, Floats(), kDft),
            {in, low.output(0)},
            {beside.outer, sizes.length, beside.inner, x.back(), sizes.dft_length, sizes.out_length,
             sizes.shape.back()},
            std::make_shared<DftParams>(DftParams{low.node().integer("inverse", 0) != 0,
                                                  low.node().integer("onesided", 0) != 0})});
  return Status();
}

}  // namespace inlay::ops
