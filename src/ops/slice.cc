// Slice (ONNX 1…): from `starts` to before `ends` in steps. Attributes before 10, inputs since.
#include "ops/axis_expr.h"
#include "ops/views.h"

namespace inlay::ops {
namespace {

// What is taken of one axis: `count` elements from `begin` on, `step` apart.
struct Cut {
  Expr begin, count, step;
};

Expr clamp(ExprPool& e, Expr x, Expr low, Expr high) { return e.max(low, e.min(x, high)); }

// A position as ONNX has it: negative ones count from the end. One that comes with a run is kept
// where sums do not overflow.
Expr from_end(ExprPool& e, Expr position, Expr size) {
  constexpr int64_t kFar = int64_t{1} << 62;
  const graph::Bounds bounds = e.bounds(position);
  if (bounds.low == graph::kLowest && bounds.high == graph::kHighest)
    position = clamp(e, position, e.constant(-kFar), e.constant(kFar));
  return e.if_less(position, e.constant(0), e.add(position, size), position);
}

// How many steps of at least 1 a distance has.
Expr steps_of(ExprPool& e, Expr distance, Expr step) {
  return e.max(e.constant(0), e.ceil_div(distance, e.max(step, e.constant(1))));
}

Cut cut_axis(ExprPool& e, Expr start, Expr end, Expr step, Expr size) {
  const Expr zero = e.constant(0), one = e.constant(1), last = e.sub(size, one);
  start = from_end(e, start, size);
  end = from_end(e, end, size);
  const Expr begin = clamp(e, start, zero, size);
  const Expr count = steps_of(e, e.sub(clamp(e, end, zero, size), begin), step);
  const Expr back_begin = e.min(e.max(start, zero), last);  // -1 where there is no element
  const Expr back_end = clamp(e, end, e.constant(-1), last);
  const Expr back_count = steps_of(e, e.sub(back_begin, back_end), e.sub(zero, step));
  return {e.if_less(zero, step, begin, back_begin), e.if_less(zero, step, count, back_count), step};
}

// An attribute of old versions, or the elements of an input, which inference has made known.
Result<std::vector<Expr>> positions(const graph::Graph& graph, const graph::Node& node,
                                    size_t input, std::string_view key) {
  ExprPool& e = *graph.exprs;
  const auto* attribute = node.integers(key);
  if (!attribute && node.input(input) == graph::kNoValue)
    return invalid("{}: expected {}", describe(graph, node), key);
  if (!attribute) return *graph.value(node.input(input)).content;
  std::vector<Expr> out;
  for (int64_t position : *attribute) out.push_back(e.constant(position));
  return out;
}

// 1 a cut where nothing is said. Steps are near enough to 0 that what is computed with them does not overflow.
Result<std::vector<Expr>> steps_of(const graph::Graph& graph, const graph::Node& node,
                                   size_t count) {
  ExprPool& e = *graph.exprs;
  if (node.input(4) == graph::kNoValue) return std::vector<Expr>(count, e.constant(1));
  INLAY_ASSIGN(std::vector<Expr> steps, positions(graph, node, 4, "steps"));
  constexpr int64_t kFar = int64_t{1} << 62;
  for (Expr& step : steps) step = clamp(e, step, e.constant(-kFar), e.constant(kFar));
  return steps;
}

// The cut of every axis; whole axes where nothing is said.
Result<std::vector<Cut>> cuts_of(const graph::Graph& graph, const graph::Node& node,
                                 const Shape& source) {
  ExprPool& e = *graph.exprs;
  INLAY_ASSIGN(const std::vector<Expr> starts, positions(graph, node, 1, "starts"));
  INLAY_ASSIGN(const std::vector<Expr> ends, positions(graph, node, 2, "ends"));
  INLAY_ASSIGN(auto axes, axis_list(graph, node, 3, source.size()));
  INLAY_ASSIGN(const std::vector<Expr> steps, steps_of(graph, node, starts.size()));
  if (!axes) {
    axes.emplace();
    for (size_t i = 0; i < starts.size(); ++i) axes->push_back(e.constant(static_cast<int64_t>(i)));
  }
  if (ends.size() != starts.size() || axes->size() != starts.size() ||
      starts.size() > source.size() || steps.size() != starts.size())
    return invalid("{}: expected as many starts as ends, axes and steps, and at most {}",
                   describe(graph, node), source.size());
  std::vector<Cut> cuts;
  for (size_t axis = 0; axis < source.size(); ++axis) {
    Cut cut{e.constant(0), source[axis], e.constant(1)};
    for (size_t i = 0; i < starts.size(); ++i) {
      const Expr at = e.constant(static_cast<int64_t>(axis));
      const Cut named = cut_axis(e, starts[i], ends[i], steps[i], source[axis]);
      cut = {e.if_equal((*axes)[i], at, named.begin, cut.begin),
             e.if_equal((*axes)[i], at, named.count, cut.count),
             e.if_equal((*axes)[i], at, named.step, cut.step)};
    }
    cuts.push_back(cut);
  }
  return cuts;
}

// Axes each once, and steps other than 0.
Status expect_cuts(Inference& in, size_t rank) {
  INLAY_ASSIGN(const auto axes, axis_list(in.graph(), in.node(), 3, rank));
  if (axes) INLAY_TRY(expect_axes(in, axis_flags(in.exprs(), *axes, rank), axes->size()));
  INLAY_ASSIGN(const std::vector<Expr> steps, steps_of(in.graph(), in.node(), 0));
  for (Expr step : steps) {
    if (in.exprs().is(step, 0)) return in.error("expected a step other than 0");
    const Expr moves = in.exprs().if_equal(step, in.constant(0), in.constant(0), in.constant(1));
    INLAY_TRY(in.expect_equal(moves, in.constant(1), "steps other than 0"));
  }
  return Status();
}

struct Strides {
  Expr offset;
  std::vector<Expr> strides;
};

Strides strides_of(ExprPool& e, const std::vector<Cut>& cuts, const std::vector<Expr>& source) {
  Strides out{e.constant(0), {}};
  for (size_t axis = 0; axis < cuts.size(); ++axis) {
    out.offset = e.add(out.offset, e.mul(cuts[axis].begin, source[axis]));
    out.strides.push_back(e.mul(source[axis], cuts[axis].step));
  }
  return out;
}

}  // namespace

Status infer_slice(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 5));
  INLAY_ASSIGN(const Shape source, in.shape(0));
  for (size_t input : {1, 2, 3, 4})
    if (in.has(input)) INLAY_TRY(in.content_or_read(input).status());
  INLAY_TRY(expect_cuts(in, source.size()));
  INLAY_ASSIGN(const std::vector<Cut> cuts, cuts_of(in.graph(), in.node(), source));
  Shape shape;
  for (const Cut& cut : cuts) shape.push_back(cut.count);
  in.set_output(0, in.dtype(0), std::move(shape));
  const Strides view = strides_of(in.exprs(), cuts, row_major(in.exprs(), source));
  fold_view(in, 0, view.offset, view.strides);
  return Status();
}

Status lower_slice(Lowering& low) {
  const View source = low.view(0);
  INLAY_ASSIGN(const std::vector<Cut> cuts, cuts_of(low.graph(), low.node(), source.shape));
  Strides view = strides_of(low.exprs(), cuts, source.strides);
  low.alias(0, 0, view.offset, std::move(view.strides));
  return Status();
}

}  // namespace inlay::ops
