// Walks a graph once and collects steps, blocks and segments; finish() turns them into a Plan.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "ops/op.h"
#include "runtime/pack_store.h"
#include "runtime/plan.h"

namespace inlay::runtime {

class PlanBuilder {
 public:
  PlanBuilder(std::shared_ptr<const graph::Graph> graph, PackStore& packs);
  Result<std::shared_ptr<const Plan>> build();

 private:
  friend class NodeLowering;

  struct BuiltStep {
    ops::Lowering::StepSpec spec;
    graph::NodeId node;
    int32_t segment;
    int32_t subgraph_begin, data_output_begin;
    int32_t joined = 0;
  };
  struct BuiltElement {
    int32_t block;
    Expr byte_offset;
    DType dtype;
    SymbolId symbol;
    int32_t segment;
  };
  struct BuiltGrowth {
    int32_t state;
    Expr length;
    int32_t segment;
  };

  graph::ExprPool& exprs() { return *graph_->exprs; }
  const graph::Value& value(graph::ValueId id) const { return graph_->value(id); }

  void add_inputs();
  void add_states();
  Status lower_node(graph::NodeId id);
  bool folds_away(const graph::Node& node) const;
  Status read_elements(const graph::Node& node);
  Status finish_outputs();
  void join_steps();
  Status finish_segments();
  void close_segment() { ++segment_; }

  // Where a value lies; makes constants and known integers appear on first use.
  const ops::View& place(graph::ValueId id);
  ops::View dense_place(graph::ValueId id);
  ops::Operand new_block(PlanBlock::Kind kind, int32_t index, Expr bytes);
  ops::Operand slab_block(Expr bytes) { return new_block(PlanBlock::Kind::kSlab, 0, bytes); }
  ops::Operand output_block(graph::ValueId id);
  void put(graph::ValueId id, ops::View view);
  void add_step(ops::Lowering::StepSpec spec, graph::NodeId node);
  bool last_use(graph::ValueId id, const graph::Node& node) const;
  void count_uses();
  void note_defined(SymbolId symbol, int32_t segment);
  int32_t known_in_segment(Expr e) const;
  Expr bytes_of(const Shape& shape, DType dtype);

  std::shared_ptr<const graph::Graph> graph_;
  PackStore& packs_;
  std::shared_ptr<Plan> plan_;
  int32_t segment_ = 0;
  std::vector<BuiltStep> steps_;
  std::vector<BuiltElement> elements_;
  std::vector<BuiltGrowth> growths_;
  std::vector<std::optional<ops::View>> places_;
  std::vector<std::optional<ops::View>> dense_;  // dense copies of views, made once
  std::vector<int> uses_left_;                   // readers of a value that were not lowered yet
  std::vector<std::vector<graph::ValueId>> values_on_block_;
  std::map<const graph::Tensor*, ops::Operand> constant_blocks_;
  std::map<SymbolId, int32_t> defined_in_;  // symbols that segments make
  std::vector<graph::ValueId> pending_capture_values_;
};

}  // namespace inlay::runtime
