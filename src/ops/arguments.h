// Integers that a node says: as an attribute in old versions of its operator, as an input in new
// ones. Where the input is not known when it is asked for, the error is kNotYet.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ops/op.h"

namespace inlay::ops {

// The error kNotYet of a node that goes no further without its input's numbers.
Status not_yet(const graph::Graph& graph, const graph::Node& node, size_t input,
               std::string_view wanted);

// From attribute `key`, or else from input `input`, which must be known at load. Empty when neither
// is there.
Result<std::optional<std::vector<int64_t>>> constant_list(const graph::Graph& graph,
                                                          const graph::Node& node, size_t input,
                                                          std::string_view key);

// The same as axes in [0, rank), each at most once. An absent list stays absent.
Result<std::optional<std::vector<int>>> constant_axes(const graph::Graph& graph,
                                                      const graph::Node& node, size_t input,
                                                      size_t rank);

// An axis that may count from the end, in [0, rank); none where there is no such axis.
std::optional<int> axis_in(int64_t axis, size_t rank);

// Input `input`, one integer that must be known at load, as an axis in [0, rank).
Result<int64_t> constant_axis(const graph::Graph& graph, const graph::Node& node, size_t input,
                              size_t rank);

// One element of a small input as a number of any type, where it is a constant.
std::optional<double> constant_scalar(const graph::Graph& graph, const graph::Node& node,
                                      size_t input);

}  // namespace inlay::ops
