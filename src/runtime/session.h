// A model made ready to run; the one way in which tasks and the C ABI run graphs.
//
//   INLAY_ASSIGN(auto session, Session::create(model, {.threads = 2}));
//   INLAY_ASSIGN(auto outputs, session->run({{"input_ids", view}, …}, {}));
//
// Invariants: a session does not change after load, except that weights are packed and bindings remembered
// on first use. run() is const and may be called by many threads at once; each leases its own memory.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "ops/objects/any_value.h"
#include "runtime/interpreter.h"
#include "runtime/model.h"
#include "runtime/pack_store.h"
#include "runtime/run.h"
#include "runtime/staged_plan.h"

namespace inlay::runtime {

class RaggedBatch;

struct SessionOptions {
  int threads = 0;                             // 0: one for each usable CPU
  std::shared_ptr<ThreadPool> pool = nullptr;  // instead of threads: shared with other sessions
  // Bytes of packed weights, intermediate tensors, outputs until they are freed, states and objects; 0: no limit.
  uint64_t memory_limit = 0;
  std::shared_ptr<MemoryBudget> budget = nullptr;  // instead of memory_limit: shared
};

struct RunOptions {
  SessionState* state = nullptr;
  const std::atomic<bool>* cancel = nullptr;
  Profile* profile = nullptr;
  // Rows of padded tokens need not be computed, and are 0 then, where a rewrite proved that others
  // do not see them. Outputs with a row a text are computed so in any case.
  bool drop_padding = false;
};

struct NamedTensor {
  std::string_view name;
  TensorView tensor;
};

struct NamedValue {
  std::string_view name;
  ops::AnyValue value;
};

class Session {
 public:
  static Result<std::shared_ptr<const Session>> create(std::shared_ptr<const Model> model,
                                                       SessionOptions options);

  // Every input once, by name. Outputs in the order of `output_names`, or all of the model's when empty.
  Result<std::vector<OutputTensor>> run(std::span<const NamedTensor> inputs,
                                        std::span<const std::string_view> output_names,
                                        const RunOptions& options) const;

  // The same for models whose inputs or outputs may be strings, sequences, optionals or maps; and for all others.
  // Outputs may share memory with inputs, which their values keep alive.
  Result<std::vector<ops::AnyValue>> run_values(std::span<const NamedValue> inputs,
                                                std::span<const std::string_view> output_names,
                                                const RunOptions& options) const;

  // A state for run(); fails for a model that is not prepared.
  Result<std::unique_ptr<SessionState>> make_state() const;

  const Model& model() const { return *model_; }
  ThreadPool& pool() const { return *pool_; }
  int64_t packed_bytes() const { return packs_.packed_bytes(); }
  // What counts towards the limit now.
  uint64_t memory_used() const { return budget_->used(); }

 private:
  explicit Session(std::shared_ptr<MemoryBudget> budget)
      : budget_(std::move(budget)), packs_(budget_), slabs_(budget_) {}
  Result<std::vector<OutputTensor>> run_ragged(const RaggedBatch& batch,
                                               std::span<const size_t> chosen,
                                               const RunOptions& options) const;
  // The session for padded batches without their padding.
  Result<std::shared_ptr<const Session>> ragged_session() const;
  Result<std::vector<TensorView>> order_inputs(std::span<const NamedTensor> inputs) const;
  // By the order of the outputs: requires a model that is interpreted.
  Result<std::vector<ops::AnyValue>> interpret(std::span<const NamedValue> inputs,
                                               std::span<const size_t> chosen,
                                               const RunOptions& options) const;
  Result<std::vector<OutputTensor>> interpret_tensors(std::span<const NamedTensor> inputs,
                                                      std::span<const size_t> chosen,
                                                      const RunOptions& options) const;
  RunContext context_for(const RunOptions& options) const;
  Result<std::vector<size_t>> choose_outputs(std::span<const std::string_view> names) const;

  std::shared_ptr<const Model> model_;
  std::shared_ptr<ThreadPool> pool_;
  std::shared_ptr<const Plan> plan_;                // null where the model is not prepared
  std::unique_ptr<const StagedPlan> staged_;        // instead of plan_
  std::unique_ptr<const Interpreter> interpreter_;  // instead of both
  std::shared_ptr<MemoryBudget> budget_;
  mutable PackStore packs_;
  mutable SlabPool slabs_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Session> ragged_;  // null until a batch first needs it
};

}  // namespace inlay::runtime
