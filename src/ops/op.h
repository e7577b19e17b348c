// What an operator is: a shape rule and a lowering into steps, in one constant table.
//
// An operator's file (src/ops/<onnx_name>.cc) defines two functions and nothing else is needed but its line
// in table.cc:
//
//   Status infer_neg(Inference& in) { … in.set_output(0, in.dtype(0), shape); }
//   Status lower_neg(Lowering& low) { … low.step(run_neg).read(low.dense(0)).write(low.output(0)) … }
//
// An operator that is defined by others has expand_<name> in their place (expansion.h).
//
// Checks of types and shapes happen in infer (at load); what depends on sizes is recorded there and checked
// when a plan is bound; a step fails only by data (an index out of range), memory or cancellation.
#pragma once

#include <span>
#include <string_view>

#include "ops/expansion.h"
#include "ops/inference.h"
#include "ops/lowering.h"

namespace inlay::ops {

struct OpDef {
  std::string_view domain;  // "" is ai.onnx; "inlay" is what rewrites and importers make
  std::string_view name;
  int since;  // the first version of the operator set with this meaning
  Status (*infer)(Inference&);
  Status (*lower)(Lowering&);
  // Instead of the other two: puts other operators in the node's place when types are inferred.
  Status (*expand)(Expansion&) = nullptr;
};

// All of them, sorted by domain, name and version.
std::span<const OpDef> table();

// The definition with the highest `since` that is at most `version`; null when there is none.
const OpDef* find_op(std::string_view domain, std::string_view name, int version);

// "Foo-3 (com.microsoft)"
std::string operator_text(const graph::Node& node);
// The error that lists operators which nothing here knows; none for none.
Status unknown_operators(std::vector<std::string> names);

// Gives every value of the graph its type, shape and, for small integer tensors, content. Nodes whose
// outputs all have types already are left as they are, so that it may be called again after a rewrite.
// Nodes that are defined by others (OpDef::expand) are replaced by them and noted in Graph::rewrites.
// Fails with one error that lists all operators that nothing here knows.
Status infer(graph::Graph& graph);
// The same for one node, whose inputs have their types.
Status infer_node(graph::Graph& graph, graph::NodeId id);

}  // namespace inlay::ops
