// StateAppend (domain "inlay"): puts x behind what a state holds and gives the whole.
//
// Input: x with the state's shape but any size n on its axis. Attribute "state": its index in
// Graph::states. Output: the state with length past + n on its axis, as it lies in the caller's
// state. A state may be appended to once in a graph.
#include <cstring>

#include "ops/op.h"

namespace inlay::ops {
namespace {

struct StateAppendParams {
  int64_t element_bytes;
};

// Operands: x, state. Sizes: outer, n, inner, past, capacity.
Status run_state_append(const StepCall& call) {
  const int64_t* s = call.sizes;
  const int64_t inner_bytes = s[2] * call.as<StateAppendParams>().element_bytes;
  for (int64_t row = 0; row < s[0] && s[1] * inner_bytes > 0; ++row)
    std::memcpy(call.at<std::byte>(1) + (row * s[4] + s[3]) * inner_bytes,
                call.at<const std::byte>(0) + row * s[1] * inner_bytes,
                static_cast<size_t>(s[1] * inner_bytes));
  return Status();
}

}  // namespace

Status infer_state_append(Inference& in) {
  const int64_t index = in.node().integer("state", -1);
  const auto& states = in.graph().states;
  if (index < 0 || index >= static_cast<int64_t>(states.size()))
    return in.error("state {} does not exist", index);
  const graph::State& state = states[static_cast<size_t>(index)];
  INLAY_TRY(in.expect_dtype(0, {state.dtype}));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  if (shape.size() != state.shape.size())
    return in.error("expected {} dimensions, found {}", state.shape.size(), shape.size());
  const auto axis = static_cast<size_t>(state.axis);
  for (size_t i = 0; i < shape.size(); ++i)
    if (i != axis) INLAY_TRY(in.expect_equal(shape[i], state.shape[i], "state"));
  shape[axis] = in.exprs().add(in.exprs().symbol_expr(state.length), shape[axis]);
  in.set_output(0, state.dtype, std::move(shape));
  return Status();
}

Status lower_state_append(Lowering& low) {
  const auto index = static_cast<size_t>(low.node().integer("state", 0));
  const graph::State& state = low.graph().states[index];
  const Shape& added = low.input_shape(0);
  const auto axis = static_cast<size_t>(state.axis);
  const Shape outer(added.begin(), added.begin() + static_cast<std::ptrdiff_t>(axis));
  const Shape inner(added.begin() + static_cast<std::ptrdiff_t>(axis) + 1, added.end());
  const Operand x = low.dense(0);
  const View whole = low.grow_state(index, low.output_shape(0)[axis]);
  low.put_view(0, whole);
  low.step(
      {run_state_append,
       {x, whole.operand},
       {low.count(outer), added[axis], low.count(inner), low.exprs().symbol_expr(state.length),
        low.state_capacity(index)},
       std::make_shared<StateAppendParams>(StateAppendParams{graph::dtype_bytes(state.dtype)})});
  return Status();
}

}  // namespace inlay::ops
