// A graph with values that are no dense tensors of numbers (ops/objects/any_value.h), walked node by node.
//
//   const Interpreter interpreter(graph, rewrite, packs);
//   INLAY_ASSIGN(std::vector<ops::AnyValue> outputs, interpreter.run(context, inputs));
//
// What a value is shows when it comes, so the graph is cut into *units* while it runs: a node that is an object
// operator's for the inputs that came, or the longest run of nodes behind it that are not, which is one
// StagedPlan. Units are kept by where they begin and by what the values that they could read are: a second run
// of the same kind finds all of them made. A Loop or If that no plan can be made of (ranks differ from round to
// round) is an object operator too, whose body is an Interpreter with captures as further inputs.
//
// Invariants: a value is dropped after its last reader. A unit of plans gives dense tensors alone. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ops/objects/object_op.h"
#include "runtime/run.h"

namespace inlay::runtime {

class StagedPlan;

class Interpreter {
 public:
  // A graph as it was imported, whose operators are all known.
  Interpreter(std::shared_ptr<const graph::Graph> graph, bool rewrite, PackStore& packs);
  ~Interpreter();

  // Inputs and outputs in the graph's order.
  Result<std::vector<ops::AnyValue>> run(RunContext& context,
                                         std::span<const ops::AnyValue> inputs) const;

 private:
  class Frame;     // the values of a run
  class NodeHost;  // a run for one of its nodes
  struct Unit {
    size_t begin, end;                       // in the graph's order
    const ops::ObjectOp* op = nullptr;       // of an object operator's node
    std::unique_ptr<const StagedPlan> plan;  // of other units
    std::vector<graph::ValueId> inputs, outputs;
  };
  using UnitRef = std::shared_ptr<const Unit>;
  // Where a unit begins, and the units that runs found there.
  struct Start {
    std::vector<graph::ValueId> readable;  // made before, read here or later
    std::map<std::string, UnitRef> units;  // by what the readable values are
  };

  const graph::Node& node_at(size_t position) const {
    return graph_->node(graph_->order[position]);
  }
  void find_last_readers();
  Result<UnitRef> unit_at(size_t position, const Frame& frame) const;
  Result<UnitRef> make_unit(size_t position, const Frame& frame) const;
  Status find_crossing(Unit& unit, const Frame& frame) const;
  std::unique_ptr<const StagedPlan> plan_of(const Unit& unit, const Frame& frame, bool exact) const;
  // The unit's plan for inputs of these sizes alone: for nodes that want to know a size before a run.
  std::shared_ptr<const StagedPlan> exact_plan(const Unit& unit, const Frame& frame) const;
  Start start_at(size_t position) const;
  // The operator of a node that stands in a unit which begins at `begin`; null where it joins plans.
  const ops::ObjectOp* object_op_at(size_t position, size_t begin, const Frame& frame) const;
  // Makes an object operator's of the unit's first node with a subgraph. False: there is none left.
  bool split(const Unit& unit) const;
  Result<std::shared_ptr<const Interpreter>> body(const graph::Node& node,
                                                  std::string_view key) const;
  // A plan of the node alone, for inputs of these element types, or of these sizes alone.
  Result<std::shared_ptr<const StagedPlan>> plan_of_node(const graph::Node& node,
                                                         std::span<const ops::AnyValue> inputs,
                                                         bool exact) const;

  std::shared_ptr<const graph::Graph> graph_;
  bool rewrite_;
  PackStore& packs_;
  std::vector<size_t> made_at_;    // an entry a value: the position behind its maker; 0: before all
  std::vector<size_t> last_read_;  // an entry a value: the position behind its last reader
  std::vector<std::vector<graph::ValueId>> dropped_behind_;  // an entry a position

  mutable std::mutex mutex_;                // for what is below
  mutable std::vector<uint8_t> is_object_;  // an entry a position: split() said so
  mutable std::map<size_t, Start> starts_;
  mutable std::map<std::pair<const graph::Node*, std::string>, std::shared_ptr<const Interpreter>>
      bodies_;
  mutable std::map<std::pair<const graph::Node*, std::string>, std::shared_ptr<const StagedPlan>>
      node_plans_;
  mutable std::map<std::string, std::shared_ptr<const StagedPlan>> exact_plans_;
};

}  // namespace inlay::runtime
