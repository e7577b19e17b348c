// TensorScatter (ONNX 24…): a cache with an update written over it along an axis, for each entry of the batch
// from its own index on ("circular": around the end).
#include "ops/gathering.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

struct TensorScatterParams {
  bool circular;
  int64_t element_bytes;
};

// Operands: a copy of the cache, update, write indices or none. Sizes: batch, lines of an entry, the
// sequences' lengths in the cache and in the update, elements behind them.
Status run_tensor_scatter(const StepCall& call) {
  const auto& params = call.as<TensorScatterParams>();
  const int64_t batch = call.sizes[0], lines = call.sizes[1];
  const int64_t length = call.sizes[2], written = call.sizes[3];
  const auto slice = static_cast<size_t>(call.sizes[4] * params.element_bytes);
  for (int64_t b = 0; b < batch; ++b) {
    const int64_t first = call.data[2] ? call.at<const int64_t>(2)[b] : 0;
    const int64_t last_start = params.circular ? length - 1 : length - written;
    if (written > 0 && (first < 0 || first > last_start))
      return invalid("entry {}: expected a write index in [0, {}], found {}", b, last_start, first);
    for (int64_t line = b * lines; line < (b + 1) * lines && slice > 0; ++line)
      for (int64_t i = 0; i < written; ++i)
        std::memcpy(
            call.data[0] + static_cast<size_t>(line * length + (first + i) % length) * slice,
            call.data[1] + static_cast<size_t>(line * written + i) * slice, slice);
  }
  return Status();
}

bool is_circular(const graph::Node& node) { return node.text("mode", "linear") == "circular"; }

}  // namespace

Status infer_tensor_scatter(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 3));
  INLAY_TRY(expect_dense_elements(in, 0));
  INLAY_TRY(in.expect_dtype(1, {in.dtype(0)}));
  INLAY_ASSIGN(Shape cache, in.shape(0));
  INLAY_ASSIGN(const Shape update, in.shape(1));
  INLAY_ASSIGN(const int axis, in.axis(in.node().integer("axis", -2), cache.size()));
  if (axis == 0) return in.error("expected an axis other than the batch, found 0");
  if (update.size() != cache.size())
    return in.error("input 1: expected {} dimensions, found {}", cache.size(), update.size());
  const std::string_view mode = in.node().text("mode", "linear");
  if (mode != "linear" && mode != "circular")
    return in.error("mode: expected linear or circular, found {}", quote(mode));
  for (size_t a = 0; a < cache.size(); ++a)
    if (a != static_cast<size_t>(axis))
      INLAY_TRY(in.expect_equal(update[a], cache[a], "axis of the update"));
  const auto at = static_cast<size_t>(axis);
  INLAY_TRY(in.expect_equal(in.exprs().max(update[at], cache[at]), cache[at], "update's length"));
  if (in.has(2)) {
    INLAY_TRY(in.expect_dtype(2, {DType::kInt64}));
    INLAY_ASSIGN(const Shape indices, in.shape(2));
    if (indices.size() != 1)
      return in.error("input 2: expected 1 dimension, found {}", indices.size());
    INLAY_TRY(in.expect_equal(indices[0], cache[0], "write indices"));
  }
  in.set_output(0, in.dtype(0), std::move(cache));
  return Status();
}

Status lower_tensor_scatter(Lowering& low) {
  const View cache = low.view(0);
  int64_t axis = low.node().integer("axis", -2);
  if (axis < 0) axis += static_cast<int64_t>(cache.shape.size());
  const auto at = static_cast<size_t>(axis);
  const Operand update = low.dense(1), indices = low.dense(2), output = low.output(0);
  low.step(copy_step(low.exprs(), cache, output));
  const std::span shape(cache.shape);
  low.step({run_tensor_scatter,
            {output, update, indices},
            {shape[0], low.exprs().product(shape.subspan(1, at - 1)), shape[at],
             low.input_shape(1)[at], low.exprs().product(shape.subspan(at + 1))},
            std::make_shared<TensorScatterParams>(
                TensorScatterParams{is_circular(low.node()), graph::dtype_bytes(cache.dtype)})});
  return Status();
}

}  // namespace inlay::ops
