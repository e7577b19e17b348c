#include "runtime/graph_pieces.h"

#include <algorithm>

namespace inlay::runtime {

using graph::Graph;
using graph::NodeId;
using graph::ValueId;

bool reads(const graph::Node& node, ValueId value) {
  bool found = false;
  for_each_read(node, [&](ValueId read) { found |= read == value; });
  return found;
}

bool has_subgraph(const graph::Node& node) {
  return std::any_of(node.attributes.begin(), node.attributes.end(), [](const auto& attribute) {
    return std::holds_alternative<std::shared_ptr<Graph>>(attribute.second);
  });
}

std::vector<ValueId> crossing(const Graph& graph, size_t early) {
  std::vector<uint8_t> made(graph.values.size(), 0);
  const auto mark = [&](ValueId value) { made[static_cast<size_t>(value)] = 1; };
  std::for_each(graph.inputs.begin(), graph.inputs.end(), mark);
  for (size_t i = 0; i < early; ++i)
    for (const ValueId output : graph.node(graph.order[i]).outputs)
      if (output != graph::kNoValue) mark(output);
  std::vector<ValueId> found;
  const auto take = [&](ValueId value) {
    if (std::exchange(made[static_cast<size_t>(value)], uint8_t{0})) found.push_back(value);
  };
  for (size_t i = early; i < graph.order.size(); ++i)
    for_each_read(graph.node(graph.order[i]), take);
  std::for_each(graph.outputs.begin(), graph.outputs.end(), take);
  return found;
}

void keep(Graph& graph, size_t begin, size_t end) {
  for (size_t i = 0; i < graph.order.size(); ++i)
    if (i < begin || i >= end) graph.node(graph.order[i]).dead = true;
  graph.order.assign(graph.order.begin() + static_cast<ptrdiff_t>(begin),
                     graph.order.begin() + static_cast<ptrdiff_t>(end));
  graph.overridable.clear();
}

void drop_dead(Graph& graph) {
  graph::remove_dead_nodes(graph);
  std::erase_if(graph.order, [&](NodeId id) { return graph.node(id).dead; });
}

}  // namespace inlay::runtime
