// Pieces of a graph's order that become plans of their own.
#pragma once

#include <vector>

#include "graph/graph.h"

namespace inlay::runtime {

// Calls use(value) for what a node reads: its inputs, and captures of its subgraphs.
template <class Use>
void for_each_read(const graph::Node& node, Use&& use) {
  for (const graph::ValueId input : node.inputs)
    if (input != graph::kNoValue) use(input);
  for (const auto& [key, attribute] : node.attributes) {
    if (const auto* sub = std::get_if<std::shared_ptr<graph::Graph>>(&attribute))
      for (const graph::Capture& capture : (*sub)->captures) use(capture.outer);
  }
}

bool reads(const graph::Node& node, graph::ValueId value);
bool has_subgraph(const graph::Node& node);

// Values of `early` nodes and graph inputs that the other nodes or the outputs read, each once.
std::vector<graph::ValueId> crossing(const graph::Graph& graph, size_t early);

// Keeps nodes [begin, end) of the order.
void keep(graph::Graph& graph, size_t begin, size_t end);

// Leaves out of the order what nobody reads.
void drop_dead(graph::Graph& graph);

}  // namespace inlay::runtime
