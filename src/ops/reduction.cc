#include "ops/reduction.h"

#include <algorithm>

#include "ops/axis_expr.h"

namespace inlay::ops {
namespace {

struct Reduced {
  std::vector<Expr> flags;  // of each axis, 1 where it is reduced
  size_t count;
};

Result<Reduced> reduced_axes(const graph::Graph& graph, const graph::Node& node, size_t rank) {
  ExprPool& e = *graph.exprs;
  INLAY_ASSIGN(const auto axes, axis_list(graph, node, 1, rank));
  if (axes && !axes->empty()) return Reduced{axis_flags(e, *axes, rank), axes->size()};
  const bool all = node.integer("noop_with_empty_axes", 0) == 0;
  return Reduced{std::vector<Expr>(rank, e.constant(all ? 1 : 0)), all ? rank : 0};
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
  if (in.has(1)) INLAY_TRY(in.content_or_read(1).status());
  INLAY_ASSIGN(const Reduced reduced, reduced_axes(in.graph(), in.node(), source.size()));
  INLAY_TRY(expect_axes(in, reduced.flags, reduced.count));
  ExprPool& e = in.exprs();
  const bool keep = in.node().integer("keepdims", 1) != 0;
  Shape shape = source;
  for (size_t axis = 0; axis < source.size() && keep; ++axis)
    shape[axis] = e.if_equal(reduced.flags[axis], in.constant(1), in.constant(1), source[axis]);
  if (!keep) shape = without_axes(e, source, reduced.flags, source.size() - reduced.count);
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

namespace {

Status lower_over(Lowering& low, StepFn run, const std::vector<Expr>& flags) {
  if (!run)
    return low.error("{} elements are not supported", graph::dtype_text(low.input_type(0).dtype));
  ExprPool& e = low.exprs();
  const View view = low.view(0);
  const size_t rank = view.shape.size();
  Lowering::StepSpec spec{run, {view.operand, low.output(0)}, {}, nullptr};
  // Both walks have all axes; those of the other kind count as 1, which a walk drops.
  for (int64_t which : {0, 1}) {
    for (size_t axis = 0; axis < rank; ++axis)
      spec.sizes.push_back(
          e.if_equal(flags[axis], e.constant(which), view.shape[axis], e.constant(1)));
    spec.sizes.insert(spec.sizes.end(), view.strides.begin(), view.strides.end());
  }
  const auto axes = static_cast<int64_t>(rank);
  spec.params = std::make_shared<ReduceParams>(ReduceParams{axes, axes});
  low.step(std::move(spec));
  return Status();
}

}  // namespace

Status lower_reduction(Lowering& low, StepFn run) {
  INLAY_ASSIGN(const Reduced reduced,
               reduced_axes(low.graph(), low.node(), low.input_shape(0).size()));
  return lower_over(low, run, reduced.flags);
}

Status lower_reduction(Lowering& low, StepFn run, const std::vector<bool>& reduced) {
  std::vector<Expr> flags;
  for (const bool is_reduced : reduced) flags.push_back(low.constant(is_reduced ? 1 : 0));
  return lower_over(low, run, flags);
}

}  // namespace inlay::ops
