// Slice (ONNX 1…): from `starts` to before `ends` in steps. Attributes before 10, inputs since.
#include "ops/arguments.h"
#include "ops/views.h"

namespace inlay::ops {
namespace {

// What is taken of one axis: `count` elements from `begin` on, `step` apart.
struct Cut {
  Expr begin, count;
  int64_t step;
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

Cut cut_axis(ExprPool& e, Expr start, Expr end, int64_t step, Expr size) {
  const Expr zero = e.constant(0), one = e.constant(1);
  start = from_end(e, start, size);
  end = from_end(e, end, size);
  if (step > 0) {
    start = clamp(e, start, zero, size);
    end = clamp(e, end, zero, size);
    return {start, e.max(zero, e.ceil_div(e.sub(end, start), e.constant(step))), step};
  }
  const Expr last = e.sub(size, one);
  start = e.min(e.max(start, zero), last);  // -1 where there is no element
  end = clamp(e, end, e.constant(-1), last);
  const Expr count = e.max(zero, e.ceil_div(e.sub(start, end), e.constant(-step)));
  return {e.max(start, zero), count, step};
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

// The cut of every axis; whole axes where nothing is said.
Result<std::vector<Cut>> cuts_of(const graph::Graph& graph, const graph::Node& node,
                                 const Shape& source) {
  ExprPool& e = *graph.exprs;
  INLAY_ASSIGN(const std::vector<Expr> starts, positions(graph, node, 1, "starts"));
  INLAY_ASSIGN(const std::vector<Expr> ends, positions(graph, node, 2, "ends"));
  INLAY_ASSIGN(auto axes, constant_axes(graph, node, 3, source.size()));
  INLAY_ASSIGN(const auto steps, constant_list(graph, node, 4, "steps"));
  if (!axes) {
    axes.emplace(starts.size());
    for (size_t i = 0; i < starts.size(); ++i) (*axes)[i] = static_cast<int>(i);
  }
  if (ends.size() != starts.size() || axes->size() != starts.size() ||
      starts.size() > source.size() || (steps && steps->size() != starts.size()))
    return invalid("{}: expected as many starts as ends, axes and steps, and at most {}",
                   describe(graph, node), source.size());
  std::vector<Cut> cuts;
  for (Expr size : source) cuts.push_back({e.constant(0), size, 1});
  for (size_t i = 0; i < starts.size(); ++i) {
    const int64_t step = steps ? (*steps)[i] : 1;
    if (step == 0 || step == INT64_MIN)
      return invalid("{}: expected a step other than {}", describe(graph, node), step);
    const auto axis = static_cast<size_t>((*axes)[i]);
    cuts[axis] = cut_axis(e, starts[i], ends[i], step, source[axis]);
  }
  return cuts;
}

struct Strides {
  Expr offset;
  std::vector<Expr> strides;
};

Strides strides_of(ExprPool& e, const std::vector<Cut>& cuts, const std::vector<Expr>& source) {
  Strides out{e.constant(0), {}};
  for (size_t axis = 0; axis < cuts.size(); ++axis) {
    out.offset = e.add(out.offset, e.mul(cuts[axis].begin, source[axis]));
    out.strides.push_back(e.mul(source[axis], e.constant(cuts[axis].step)));
  }
  return out;
}

}  // namespace

Status infer_slice(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 5));
  INLAY_ASSIGN(const Shape source, in.shape(0));
  for (size_t input : {1, 2})
    if (in.has(input)) INLAY_TRY(in.content_or_read(input).status());
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
