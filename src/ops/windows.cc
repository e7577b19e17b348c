#include "ops/windows.h"

#include <algorithm>

#include "ops/strided.h"

namespace inlay::ops {
namespace {

template <class... Args>
Status error(const graph::Graph& graph, const graph::Node& node, std::string_view pattern,
             const Args&... args) {
  return invalid("{}: {}", describe(graph, node), format(pattern, args...));
}

enum class AutoPad { kNotSet, kSameUpper, kSameLower, kValid };

std::optional<AutoPad> auto_pad_of(const graph::Node& node) {
  const std::string_view text = node.text("auto_pad", "NOTSET");
  if (text == "NOTSET" || text.empty()) return AutoPad::kNotSet;
  if (text == "SAME_UPPER") return AutoPad::kSameUpper;
  if (text == "SAME_LOWER") return AutoPad::kSameLower;
  if (text == "VALID") return AutoPad::kValid;
  return {};
}

// What a window covers: (kernel - 1) * dilation + 1.
Expr extent(ExprPool& e, const WindowAxis& axis) {
  const Expr one = e.constant(1);
  return e.add(e.mul(e.sub(axis.kernel, one), e.constant(axis.dilation)), one);
}

// As many outputs as ceil(in / stride), by pads that differ by one at most.
void pad_to_same(ExprPool& e, WindowAxis& axis, bool upper) {
  const Expr stride = e.constant(axis.stride), two = e.constant(2);
  const Expr out = e.ceil_div(axis.in, stride);
  const Expr reach = e.add(e.mul(e.sub(out, e.constant(1)), stride), extent(e, axis));
  const Expr total = e.max(e.sub(reach, axis.in), e.constant(0));
  const Expr less = e.floor_div(total, two), more = e.ceil_div(total, two);
  axis.front = upper ? less : more;
  axis.behind = upper ? more : less;
}

Expr output_size(ExprPool& e, const WindowAxis& axis, bool ceil) {
  const Expr stride = e.constant(axis.stride), one = e.constant(1);
  const Expr padded = e.add(axis.in, e.add(axis.front, axis.behind));
  const Expr room = e.sub(padded, extent(e, axis));
  const Expr steps = ceil ? e.ceil_div(room, stride) : e.floor_div(room, stride);
  if (!ceil) return e.add(steps, one);
  // A last window that would start behind the input and the pad in front is left out.
  const Expr last_start = e.mul(steps, stride);
  return e.if_less(last_start, e.add(axis.in, axis.front), e.add(steps, one), steps);
}

}  // namespace

Result<std::vector<int64_t>> positive_list(const graph::Graph& graph, const graph::Node& node,
                                           std::string_view key, size_t rank) {
  const std::vector<int64_t>* list = node.integers(key);
  if (!list) return std::vector<int64_t>(rank, 1);
  if (list->size() != rank)
    return error(graph, node, "{}: expected {} integers, found {}", key, rank, list->size());
  for (int64_t value : *list)
    if (value < 1 || value > INT32_MAX)
      return error(graph, node, "{}: expected integers in [1, 2^31), found {}", key, value);
  return *list;
}

Result<std::vector<WindowAxis>> windows_of(const graph::Graph& graph, const graph::Node& node,
                                           std::span<const Expr> spatial,
                                           std::span<const Expr> kernel) {
  ExprPool& e = *graph.exprs;
  const size_t rank = spatial.size();
  if (rank == 0 || rank + 2 > kMaxRank || kernel.size() != rank)
    return error(graph, node,
                 "expected as many axes of the window as of the input, found {} and {}",
                 kernel.size(), rank);
  INLAY_ASSIGN(const auto strides, positive_list(graph, node, "strides", rank));
  INLAY_ASSIGN(const auto dilations, positive_list(graph, node, "dilations", rank));
  const auto auto_pad = auto_pad_of(node);
  if (!auto_pad) return error(graph, node, "unknown auto_pad {}", quote(node.text("auto_pad", "")));
  const std::vector<int64_t>* pads = node.integers("pads");
  if (*auto_pad != AutoPad::kNotSet) pads = nullptr;
  if (pads && pads->size() != 2 * rank)
    return error(graph, node, "pads: expected {} integers, found {}", 2 * rank, pads->size());
  const bool ceil = node.integer("ceil_mode", 0) != 0;
  std::vector<WindowAxis> axes(rank);
  for (size_t a = 0; a < rank; ++a) {
    WindowAxis& axis = axes[a];
    axis.in = spatial[a];
    axis.kernel = kernel[a];
    axis.stride = strides[a];
    axis.dilation = dilations[a];
    axis.front = e.constant(pads ? (*pads)[a] : 0);
    axis.behind = e.constant(pads ? (*pads)[rank + a] : 0);
    const bool upper = *auto_pad == AutoPad::kSameUpper;
    if (upper || *auto_pad == AutoPad::kSameLower) pad_to_same(e, axis, upper);
    axis.out = output_size(e, axis, ceil);
    if (e.bounds(axis.out).high < 0)
      return error(graph, node, "axis {}: the window is larger than the input", a + 2);
  }
  return axes;
}

Result<std::vector<WindowAxis>> pool_windows(const graph::Graph& graph, const graph::Node& node,
                                             const Shape& shape) {
  if (shape.size() < 3)
    return error(graph, node, "input 0: expected at least 3 dimensions, found {}", shape.size());
  const size_t rank = shape.size() - 2;
  if (!node.integers("kernel_shape"))
    return error(graph, node, "expected the attribute kernel_shape");
  INLAY_ASSIGN(const auto sizes, positive_list(graph, node, "kernel_shape", rank));
  std::vector<Expr> kernel;
  for (int64_t size : sizes) kernel.push_back(graph.exprs->constant(size));
  return windows_of(graph, node, std::span(shape).subspan(2), kernel);
}

void push_axes(ExprPool& exprs, std::vector<Expr>& sizes, std::span<const WindowAxis> axes) {
  for (const WindowAxis& axis : axes)
    sizes.insert(sizes.end(), {axis.in, axis.out, axis.kernel, axis.front, axis.behind,
                               exprs.constant(axis.stride), exprs.constant(axis.dilation)});
}

std::vector<Axis> read_axes(const int64_t* sizes, int64_t rank, int64_t at_least) {
  std::vector<Axis> axes;
  for (int64_t a = rank; a < at_least; ++a) axes.push_back({1, 1, 1, 0, 0, 1, 1});
  for (int64_t a = 0; a < rank; ++a, sizes += kAxisSizes)
    axes.push_back({sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5], sizes[6]});
  return axes;
}

Status check_axes(std::span<const Axis> axes) {
  constexpr int64_t kMost = int64_t{1} << 40;
  int64_t taps = 1;
  for (const Axis& axis : axes) {
    if (axis.in < 0 || axis.out < 0 || axis.kernel < 0)
      return invalid("expected sizes of at least 0, found input {}, output {}, window {}", axis.in,
                     axis.out, axis.kernel);
    if (axis.kernel > INT32_MAX)
      return invalid("expected windows of at most {} elements, found {}", INT32_MAX, axis.kernel);
    for (int64_t size : {axis.in, axis.out, std::abs(axis.front), std::abs(axis.behind)})
      if (size > kMost) return invalid("expected sizes of at most {}, found {}", kMost, size);
    if (axis.kernel > 0 && taps > kMost / axis.kernel)
      return invalid("expected at most {} taps a window, found more", kMost);
    taps *= axis.kernel;
  }
  return Status();
}

int64_t in_count(std::span<const Axis> axes) {
  int64_t count = 1;
  for (const Axis& axis : axes) count *= axis.in;
  return count;
}
int64_t out_count(std::span<const Axis> axes) {
  int64_t count = 1;
  for (const Axis& axis : axes) count *= axis.out;
  return count;
}
int64_t tap_count(std::span<const Axis> axes) {
  int64_t count = 1;
  for (const Axis& axis : axes) count *= axis.kernel;
  return count;
}

TapRange inside(const Axis& axis, int64_t i) {
  const int64_t start = i * axis.stride - axis.front, d = axis.dilation;
  const int64_t first = start < 0 ? (-start + d - 1) / d : 0;
  const int64_t room = axis.in - start;  // taps with t * d < room are inside
  const int64_t last = room <= 0 ? 0 : (room + d - 1) / d;
  return {std::min(first, axis.kernel), std::min(last, axis.kernel)};
}

}  // namespace inlay::ops
