#include "ops/reduction.h"

#include <algorithm>

#include "ops/arguments.h"

namespace inlay::ops {
namespace {

// The elements of input 1 where they are no constants.
const std::vector<Expr>* axes_content(const graph::Graph& graph, const graph::Node& node) {
  if (node.input(1) == graph::kNoValue) return nullptr;
  const graph::Value& value = graph.value(node.input(1));
  return !value.constant && value.content ? &*value.content : nullptr;
}

// For each axis 1 where it is reduced, else 0. Axes that an input says may be known only when a run comes.
Result<std::vector<Expr>> reduced_axes(const graph::Graph& graph, const graph::Node& node,
                                       size_t rank) {
  ExprPool& e = *graph.exprs;
  std::vector<Expr> said;
  if (const auto* content = axes_content(graph, node)) {
    const auto size = static_cast<int64_t>(rank);
    for (Expr axis : *content) {
      const Expr near = e.max(e.constant(-size - 1), e.min(axis, e.constant(size)));
      said.push_back(e.if_less(near, e.constant(0), e.add(near, e.constant(size)), near));
    }
  } else {
    INLAY_ASSIGN(const auto axes, constant_axes(graph, node, 1, rank));
    for (int axis : axes.value_or(std::vector<int>())) said.push_back(e.constant(axis));
  }
  const bool all = said.empty() && node.integer("noop_with_empty_axes", 0) == 0;
  std::vector<Expr> reduced(rank, e.constant(all ? 1 : 0));
  for (size_t axis = 0; axis < rank; ++axis)
    for (Expr one : said)
      reduced[axis] = e.if_equal(one, e.constant(static_cast<int64_t>(axis)), e.constant(1), reduced[axis]);
  return reduced;
}

// Axes that are there and in [-rank, rank), each once: checked when a plan is bound.
Status expect_axes(Inference& in, const std::vector<Expr>& reduced, size_t said) {
  if (said == 0) return Status();
  Expr count = in.constant(0);
  for (Expr one : reduced) count = in.exprs().add(count, one);
  return in.expect_equal(count, in.constant(static_cast<int64_t>(said)), "axes, each once");
}

// The sizes of the axes that stay, in order.
Shape kept_shape(ExprPool& e, const Shape& source, const std::vector<Expr>& reduced, size_t kept) {
  Shape out(kept, e.constant(0));
  Expr place = e.constant(0);  // among the axes that stay
  for (size_t axis = 0; axis < source.size(); ++axis) {
    for (size_t i = 0; i < kept; ++i) {
      const Expr here = e.if_equal(place, e.constant(static_cast<int64_t>(i)), source[axis], out[i]);
      out[i] = e.if_equal(reduced[axis], e.constant(1), out[i], here);
    }
    place = e.add(place, e.sub(e.constant(1), reduced[axis]));
  }
  return out;
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
  INLAY_ASSIGN(const std::vector<Expr> reduced, reduced_axes(in.graph(), in.node(), source.size()));
  const auto* said = axes_content(in.graph(), in.node());
  INLAY_TRY(expect_axes(in, reduced, said ? said->size() : 0));
  ExprPool& e = in.exprs();
  Shape shape = source;
  if (in.node().integer("keepdims", 1) != 0) {
    for (size_t axis = 0; axis < source.size(); ++axis)
      shape[axis] = e.if_equal(reduced[axis], in.constant(1), in.constant(1), source[axis]);
  } else {
    size_t count = 0;
    for (Expr one : reduced) count += e.is(one, 1) ? 1 : 0;
    if (said && !said->empty()) count = said->size();
    if (count > source.size())
      return in.error("expected at most {} axes, found {}", source.size(), count);
    shape = kept_shape(e, source, reduced, source.size() - count);
  }
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_reduction(Lowering& low, StepFn run) {
  if (!run)
    return low.error("{} elements are not supported", graph::dtype_text(low.input_type(0).dtype));
  ExprPool& e = low.exprs();
  const View view = low.view(0);
  const size_t rank = view.shape.size();
  INLAY_ASSIGN(const std::vector<Expr> reduced, reduced_axes(low.graph(), low.node(), rank));
  Lowering::StepSpec spec{run, {view.operand, low.output(0)}, {}, nullptr};
  // Both walks have all axes; those of the other kind count as 1, which a walk drops.
  for (int64_t which : {0, 1}) {
    for (size_t axis = 0; axis < rank; ++axis)
      spec.sizes.push_back(e.if_equal(reduced[axis], e.constant(which), view.shape[axis], e.constant(1)));
    spec.sizes.insert(spec.sizes.end(), view.strides.begin(), view.strides.end());
  }
  const auto axes = static_cast<int64_t>(rank);
  spec.params = std::make_shared<ReduceParams>(ReduceParams{axes, axes});
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
