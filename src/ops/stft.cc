// STFT (ONNX 17…): the Fourier transforms of frames of a signal [batch, length, 1 or 2], each weighed by a
// window, [batch, frames, bins, 2]; "onesided" (the default): the first half of the bins.
#include <vector>

#include "ops/element_types.h"
#include "ops/fourier.h"
#include "ops/lanes.h"
#include "ops/op.h"

namespace inlay::ops {
namespace {

enum Inputs : size_t { kSignal, kStep, kWindow, kLength };

// Operands: signal, window or none, y. Sizes: batch, length, parts, frames, step, frame length, bins.
template <class T>
Status run_stft(const StepCall& call) {
  const int64_t *s = call.sizes, length = s[1], parts = s[2], frames = s[3], step = s[4], n = s[5];
  const int64_t bins = s[6];
  if (n < 1 || n > length)
    return invalid("expected a frame length in [1, {}], found {}", length, n);
  if (step < 1) return invalid("expected a frame step above 0, found {}", step);
  const Fourier fourier(n, false);
  const auto run_frame = [&](int64_t frame, Complex* signal) {
    const T* x = call.at<const T>(0) + (frame / frames * length + frame % frames * step) * parts;
    for (int64_t i = 0; i < n; ++i) {
      const double weight = call.data[1] ? static_cast<double>(call.at<const T>(1)[i]) : 1;
      signal[i] = {weight * static_cast<double>(x[i * parts]),
                   parts == 2 ? weight * static_cast<double>(x[i * parts + 1]) : 0};
    }
    fourier.run(signal, signal + n);
    T* y = call.at<T>(2) + frame * bins * 2;
    for (int64_t i = 0; i < bins; ++i) {
      y[2 * i] = static_cast<T>(static_cast<Wide<T>>(signal[i].re));
      y[2 * i + 1] = static_cast<T>(static_cast<Wide<T>>(signal[i].im));
    }
  };
  const int64_t tasks = s[0] * frames, lanes = lane_count(call.run.pool(), tasks);
  const int64_t room = n + fourier.work();
  INLAY_ASSIGN(std::byte* const scratch,
               call.run.scratch(lanes * room * static_cast<int64_t>(sizeof(Complex))));
  for_each_in_lanes(call.run.pool(), tasks, lanes, [&](int64_t lane, int64_t frame) {
    if (!call.run.cancelled()) run_frame(frame, reinterpret_cast<Complex*>(scratch) + lane * room);
  });
  return Status();
}

constexpr auto kStft = []<class T>(std::type_identity<T>) -> StepFn { return run_stft<T>; };

struct StftSizes {
  Expr step, length, frames, bins;
};

StftSizes sizes_of(const graph::Graph& graph, const graph::Node& node) {
  ExprPool& e = *graph.exprs;
  const auto shape = [&](size_t i) -> const Shape& {
    return *graph.value(node.input(i)).type.shape;
  };
  const auto content = [&](size_t i) { return (*graph.value(node.input(i)).content)[0]; };
  const Expr one = e.constant(1);
  StftSizes out{content(kStep), shape(kSignal)[1], {}, {}};
  if (node.input(kWindow) != graph::kNoValue) out.length = shape(kWindow)[0];
  if (node.input(kLength) != graph::kNoValue) out.length = content(kLength);
  out.frames = e.add(e.floor_div(e.sub(shape(kSignal)[1], out.length), out.step), one);
  const bool onesided = node.integer("onesided", 1) != 0;
  out.bins = onesided ? e.add(e.floor_div(out.length, e.constant(2)), one) : out.length;
  return out;
}

}  // namespace

Status infer_stft(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 4));
  if (!is_one_of(in.dtype(kSignal), Floats()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(kSignal)));
  INLAY_ASSIGN(const Shape signal, in.shape(kSignal));
  if (signal.size() != 3)
    return in.error("input 0: expected 3 dimensions, found {}", signal.size());
  for (size_t input : {kStep, kLength}) {
    if (!in.has(input)) continue;
    INLAY_ASSIGN(const std::vector<Expr> content, in.content_or_read(input));
    if (content.size() != 1)
      return in.error("input {}: expected one number, found {}", input, content.size());
  }
  const StftSizes sizes = sizes_of(in.graph(), in.node());
  if (in.has(kWindow)) {
    INLAY_TRY(in.expect_dtype(kWindow, {in.dtype(kSignal)}));
    INLAY_ASSIGN(const Shape window, in.shape(kWindow));
    if (window.size() != 1)
      return in.error("input 2: expected 1 dimension, found {}", window.size());
    INLAY_TRY(in.expect_equal(window[0], sizes.length, "window"));
  }
  in.set_output(0, in.dtype(kSignal), {signal[0], sizes.frames, sizes.bins, in.constant(2)});
  return Status();
}

Status lower_stft(Lowering& low) {
  const Shape& signal = low.input_shape(kSignal);
  const StftSizes sizes = sizes_of(low.graph(), low.node());
  const Operand x = low.dense(kSignal), window = low.dense(kWindow);
  low.step({for_type(low.input_type(kSignal).dtype, Floats(), kStft),
            {x, window, low.output(0)},
            {signal[0], signal[1], signal[2], sizes.frames, sizes.step, sizes.length, sizes.bins},
            nullptr});
  return Status();
}

}  // namespace inlay::ops
