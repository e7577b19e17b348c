// Runs of small graphs, for tests of plans.
#pragma once

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "graph/graph_maker.h"
#include "runtime/pack_store.h"
#include "runtime/prepare.h"
#include "runtime/run.h"

namespace inlay::runtime {

using graph::Graph;
using test::GraphMaker;
using test::kNoValue;
using test::Node;
using test::ValueId;

// A plan with what a run needs around it.
class Runner {
 public:
  explicit Runner(const std::shared_ptr<Graph>& graph, int threads = 2, uint64_t memory_limit = 0)
      : pool_(threads), budget_(std::make_shared<MemoryBudget>(memory_limit)) {
    const Status prepared = prepare(*graph, false);
    EXPECT_TRUE(prepared.ok()) << prepared.message();
    auto plan = build_plan(graph, packs_);
    EXPECT_TRUE(plan.ok()) << plan.message();
    if (plan.ok()) plan_ = std::move(plan).value();
  }

  Result<std::vector<OutputTensor>> run(std::span<const TensorView> inputs,
                                        SessionState* state = nullptr,
                                        const std::atomic<bool>* cancel = nullptr) {
    RunContext context{packs_, slabs_, pool_, cancel, state, nullptr, 0, budget_};
    return run_plan(*plan_, context, inputs);
  }

  const Plan& plan() const { return *plan_; }
  int64_t packed_bytes() const { return packs_.packed_bytes(); }
  const MemoryBudget& budget() const { return *budget_; }

 private:
  ThreadPool pool_;
  std::shared_ptr<MemoryBudget> budget_;
  PackStore packs_{budget_};
  SlabPool slabs_{budget_};
  std::shared_ptr<const Plan> plan_;
};

// An input that owns its shape and elements.
template <class T>
struct Input {
  std::vector<int64_t> shape;
  std::vector<T> values;

  TensorView view(DType dtype) const {
    return {dtype, shape, reinterpret_cast<const std::byte*>(values.data())};
  }
};

inline Input<float> counting(std::vector<int64_t> shape) {
  const int64_t count =
      std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
  Input<float> input{std::move(shape), std::vector<float>(static_cast<size_t>(count))};
  std::iota(input.values.begin(), input.values.end(), 1.0f);
  return input;
}

template <class T>
std::vector<T> elements(const OutputTensor& tensor) {
  const auto* data = reinterpret_cast<const T*>(tensor.data());
  return std::vector<T>(data, data + tensor.count());
}

}  // namespace inlay::runtime
