#include "ops/arguments.h"

#include <algorithm>

namespace inlay::ops {
namespace {

template <class... Args>
Status error(const graph::Graph& graph, const graph::Node& node, std::string_view pattern,
             const Args&... args) {
  return invalid("{}: {}", describe(graph, node), format(pattern, args...));
}

}  // namespace

Status not_yet(const graph::Graph& graph, const graph::Node& node, size_t input,
               std::string_view wanted) {
  return Status(StatusCode::kNotYet,
                format("{}: input {}: expected {}", describe(graph, node), input, wanted),
                node.input(input));
}

Result<std::optional<std::vector<int64_t>>> constant_list(const graph::Graph& graph,
                                                          const graph::Node& node, size_t input,
                                                          std::string_view key) {
  using List = std::optional<std::vector<int64_t>>;
  if (const auto* attribute = node.integers(key)) return List(*attribute);
  if (node.input(input) == graph::kNoValue) return List();
  const graph::Value& value = graph.value(node.input(input));
  if (value.constant)
    if (auto elements = graph::integer_elements(*value.constant)) return List(std::move(*elements));
  if (!value.content) return not_yet(graph, node, input, "integers that are known at load");
  std::vector<int64_t> out;
  for (Expr e : *value.content) {
    const auto number = graph.exprs->value(e);
    if (!number) return not_yet(graph, node, input, "integers that are known at load");
    out.push_back(*number);
  }
  return List(std::move(out));
}

std::optional<int> axis_in(int64_t axis, size_t rank) {
  const auto signed_rank = static_cast<int64_t>(rank);
  if (axis < -signed_rank || axis >= signed_rank) return std::nullopt;
  return static_cast<int>(axis < 0 ? axis + signed_rank : axis);
}

Result<std::optional<std::vector<int>>> constant_axes(const graph::Graph& graph,
                                                      const graph::Node& node, size_t input,
                                                      size_t rank) {
  using Axes = std::optional<std::vector<int>>;
  INLAY_ASSIGN(const auto list, constant_list(graph, node, input, "axes"));
  if (!list) return Axes();
  std::vector<int> axes;
  for (int64_t axis : *list) {
    const auto positive = axis_in(axis, rank);
    if (!positive)
      return error(graph, node, "expected axes in [-{}, {}), found {}", rank, rank, axis);
    if (std::find(axes.begin(), axes.end(), *positive) != axes.end())
      return error(graph, node, "expected each axis once, found {} twice", axis);
    axes.push_back(*positive);
  }
  return Axes(std::move(axes));
}

Result<int64_t> constant_axis(const graph::Graph& graph, const graph::Node& node, size_t input,
                              size_t rank) {
  INLAY_ASSIGN(const auto list, constant_list(graph, node, input, ""));
  if (!list || list->size() != 1) return error(graph, node, "input {}: expected an axis", input);
  if (const auto axis = axis_in(list->front(), rank)) return int64_t{*axis};
  return error(graph, node, "expected an axis in [-{}, {}), found {}", rank, rank, list->front());
}

std::optional<double> constant_scalar(const graph::Graph& graph, const graph::Node& node,
                                      size_t input) {
  if (node.input(input) == graph::kNoValue) return {};
  const graph::Value& value = graph.value(node.input(input));
  if (value.content && value.content->size() == 1) {
    const auto number = graph.exprs->value((*value.content)[0]);
    return number ? std::optional(static_cast<double>(*number)) : std::nullopt;
  }
  return value.constant ? graph::only_element(*value.constant) : std::nullopt;
}

}  // namespace inlay::ops
