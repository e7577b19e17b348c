// A graph that cannot be planned by its description alone: ranks of its inputs are unknown, or numbers that
// shape the plan (axes, lengths of pieces) come with a run or are computed in it.
//
//   const StagedPlan staged(graph, rewrite, packs);
//   INLAY_ASSIGN(auto outputs, staged.run(context, inputs));
//
// Plans are made on first use, one for each combination of the inputs' ranks. Where a node needs the numbers of
// an input, the plan takes them as constants and serves inputs with these numbers; where it needs what another
// node makes, the graph is cut before it: what comes before is a plan of its own, what comes behind is a
// StagedPlan over its results. The most recent plans are kept. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "runtime/run.h"

namespace inlay::runtime {

class StagedPlan {
 public:
  // A graph whose types were not inferred.
  StagedPlan(std::shared_ptr<const graph::Graph> graph, bool rewrite, PackStore& packs);
  ~StagedPlan();

  // Inputs and outputs in the graph's order. Fails with kNotYet where even the inputs' numbers do not help.
  Result<std::vector<OutputTensor>> run(RunContext& context,
                                        std::span<const TensorView> inputs) const;

 private:
  struct Stage;
  using Inputs = std::span<const TensorView>;

  Status check(Inputs inputs) const;
  Result<std::shared_ptr<const Stage>> stage_for(Inputs inputs) const;
  Result<std::shared_ptr<const Stage>> make_stage(Inputs inputs) const;
  Result<std::shared_ptr<const Stage>> cut_before_readers(graph::ValueId value,
                                                          Inputs inputs) const;
  // A copy of the graph that knows the ranks of its inputs and the numbers of those in `constant_`.
  std::shared_ptr<graph::Graph> specialized(Inputs inputs) const;
  Status check_size(size_t input, Inputs inputs) const;  // of one that is a constant
  std::string key(Inputs inputs) const;
  std::vector<size_t> free_inputs() const;  // which are no constants

  struct Kept {
    std::string key;
    std::shared_ptr<const Stage> stage;
  };
  std::shared_ptr<const graph::Graph> graph_;
  bool rewrite_;
  PackStore& packs_;
  mutable std::mutex mutex_;               // for what is below
  mutable std::vector<uint8_t> constant_;  // an entry an input: plans take its numbers as constants
  mutable std::vector<Kept> kept_;         // the most recent one last
};

}  // namespace inlay::runtime
