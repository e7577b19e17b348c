#include "ops/reduction.h"

#include <algorithm>

#include "ops/arguments.h"
#include "ops/reduction_step.h"

namespace inlay::ops {
namespace {

// For each axis, whether it is reduced.
Result<std::vector<bool>> reduced_axes(const graph::Graph& graph, const graph::Node& node,
                                       size_t rank) {
  INLAY_ASSIGN(const auto axes, constant_axes(graph, node, 1, rank));
  const bool none_named = !axes || axes->empty();
  const bool all = none_named && node.integer("noop_with_empty_axes", 0) == 0;
  std::vector<bool> reduced(rank, all);
  if (axes)
    for (int axis : *axes) reduced[static_cast<size_t>(axis)] = true;
  return reduced;
}

}  // namespace

Status check_reduction(const StepCall& call) {
  const auto& params = call.as<ReduceParams>();
  std::vector<int64_t> shape(call.sizes, call.sizes + params.kept);
  const int64_t* reduced = call.sizes + 2 * params.kept;
  shape.insert(shape.end(), reduced, reduced + params.reduced);
  constexpr int64_t kMost = int64_t{1} << 40;
  int64_t count = 1;
  for (int64_t size : shape) {
    if (size < 0) return invalid("expected sizes of at least 0, found {}", size);
    if (size > kMost / count)
      return invalid("expected at most {} elements to go through, found more", kMost);
    count *= std::max<int64_t>(size, 1);
  }
  return Status();
}

Status infer_reduction(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 2));
  INLAY_ASSIGN(const Shape source, in.shape(0));
  INLAY_ASSIGN(const std::vector<bool> reduced, reduced_axes(in.graph(), in.node(), source.size()));
  const bool keep = in.node().integer("keepdims", 1) != 0;
  Shape shape;
  for (size_t axis = 0; axis < source.size(); ++axis) {
    if (!reduced[axis])
      shape.push_back(source[axis]);
    else if (keep)
      shape.push_back(in.constant(1));
  }
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_reduction(Lowering& low, Reduction reduction) {
  INLAY_ASSIGN(const std::vector<bool> reduced,
               reduced_axes(low.graph(), low.node(), low.input_shape(0).size()));
  return lower_reduction(low, reduction, reduced);
}

Status lower_reduction(Lowering& low, Reduction reduction, const std::vector<bool>& reduced) {
  const DType dtype = low.input_type(0).dtype;
  const StepFn run = find_reduction(reduction, dtype);
  if (!run) return low.error("{} elements are not supported", graph::dtype_text(dtype));
  const View view = low.view(0);
  Lowering::StepSpec spec{run, {view.operand, low.output(0)}, {}, nullptr};
  const auto push = [&](const std::vector<Expr>& sizes, bool which) {
    for (size_t axis = 0; axis < sizes.size(); ++axis)
      if (reduced[axis] == which) spec.sizes.push_back(sizes[axis]);
  };
  for (bool which : {false, true}) {
    push(view.shape, which);
    push(view.strides, which);
  }
  const int64_t count = std::count(reduced.begin(), reduced.end(), true);
  const auto kept = static_cast<int64_t>(reduced.size()) - count;
  spec.params = reduction_params({kept, count}, reduction, dtype);
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
