#include "runtime/session.h"

#include <algorithm>

#include "base/cpu.h"
#include "runtime/prepare.h"
#include "runtime/ragged_batch.h"
#include "runtime/values.h"

namespace inlay::runtime {
namespace {

// Which of the named inputs each of the graph's is.
template <class Named>
Result<std::vector<size_t>> match_inputs(const graph::Graph& graph, std::span<const Named> inputs) {
  std::vector<size_t> ordered;
  for (const graph::ValueId wanted : graph.inputs) {
    size_t i = 0;
    while (i < inputs.size() && inputs[i].name != graph.value(wanted).name) ++i;
    if (i == inputs.size()) return invalid("expected an input {}", quote(graph.value(wanted).name));
    ordered.push_back(i);
  }
  if (inputs.size() == ordered.size()) return ordered;
  for (const Named& input : inputs) {
    const bool known =
        std::any_of(graph.inputs.begin(), graph.inputs.end(),
                    [&](graph::ValueId id) { return graph.value(id).name == input.name; });
    if (!known) return not_found("the model has no input {}", quote(input.name));
  }
  return invalid("expected each of {} inputs once, found {}", ordered.size(), inputs.size());
}

// The state belongs to this run until it ends.
class StateLease {
 public:
  explicit StateLease(SessionState* state) : state_(state), held_(!state || state->acquire()) {}
  ~StateLease() {
    if (state_ && held_) state_->release();
  }
  StateLease(const StateLease&) = delete;
  StateLease& operator=(const StateLease&) = delete;
  bool held() const { return held_; }

 private:
  SessionState* state_;
  bool held_;
};

}  // namespace

Result<std::shared_ptr<const Session>> Session::create(std::shared_ptr<const Model> model,
                                                       SessionOptions options) {
  if (options.threads < 0 || options.threads > 1024)
    return invalid("threads: expected 0 to 1024, found {}", options.threads);
  if (!options.budget) options.budget = std::make_shared<MemoryBudget>(options.memory_limit);
  std::shared_ptr<Session> session(new Session(std::move(options.budget)));
  session->model_ = std::move(model);
  if (options.pool) {
    session->pool_ = std::move(options.pool);
  } else {
    session->pool_ =
        std::make_shared<ThreadPool>(options.threads ? options.threads : usable_cpu_count());
  }
  const Model& opened = *session->model_;
  if (opened.is_interpreted()) {
    session->interpreter_ = std::make_unique<const Interpreter>(
        opened.graph(), opened.options().rewrite, session->packs_);
  } else if (opened.is_prepared()) {
    INLAY_ASSIGN(session->plan_, build_plan(opened.graph(), session->packs_));
  } else {
    session->staged_ = std::make_unique<const StagedPlan>(opened.graph(), opened.options().rewrite,
                                                          session->packs_);
  }
  return std::shared_ptr<const Session>(std::move(session));
}

Result<std::vector<TensorView>> Session::order_inputs(std::span<const NamedTensor> inputs) const {
  INLAY_ASSIGN(const std::vector<size_t> order, match_inputs(*model_->graph(), inputs));
  std::vector<TensorView> ordered;
  for (const size_t i : order) ordered.push_back(inputs[i].tensor);
  return ordered;
}

Result<std::vector<size_t>> Session::choose_outputs(std::span<const std::string_view> names) const {
  const graph::Graph& graph = *model_->graph();
  const size_t count = graph.outputs.size();
  std::vector<size_t> chosen;
  for (const std::string_view name : names) {
    size_t i = 0;
    while (i < count && graph.value(graph.outputs[i]).name != name) ++i;
    if (i == count) return not_found("the model has no output {}", quote(name));
    chosen.push_back(i);
  }
  for (size_t i = 0; names.empty() && i < count; ++i) chosen.push_back(i);
  return chosen;
}

Result<std::vector<OutputTensor>> Session::run(std::span<const NamedTensor> inputs,
                                               std::span<const std::string_view> output_names,
                                               const RunOptions& options) const {
  INLAY_ASSIGN(const std::vector<size_t> chosen, choose_outputs(output_names));
  if (interpreter_) return interpret_tensors(inputs, chosen, options);
  INLAY_ASSIGN(const std::vector<TensorView> ordered, order_inputs(inputs));
  const auto& form = model_->ragged();
  if (form && (options.drop_padding || form->token_outputs.empty())) {
    if (const auto batch = RaggedBatch::of(*form, plan_->inputs, ordered))
      return run_ragged(*batch, chosen, options);
  }
  const StateLease lease(options.state);
  if (!lease.held()) return invalid("the state is in use by another run");
  RunContext context = context_for(options);
  auto outputs = plan_ ? run_plan(*plan_, context, ordered) : staged_->run(context, ordered);
  if (!outputs.ok()) return as_unsupported(std::move(outputs).status());
  std::vector<OutputTensor> wanted;
  for (size_t i : chosen) wanted.push_back((*outputs)[i]);
  return wanted;
}

RunContext Session::context_for(const RunOptions& options) const {
  return {packs_,
          slabs_,
          *pool_,
          options.cancel,
          options.state,
          options.profile,
          options.profile ? options.profile->begin_run() : 0,
          budget_};
}

Result<std::vector<ops::AnyValue>> Session::interpret(std::span<const NamedValue> inputs,
                                                      std::span<const size_t> chosen,
                                                      const RunOptions& options) const {
  const graph::Graph& graph = *model_->graph();
  INLAY_ASSIGN(const std::vector<size_t> order, match_inputs(graph, inputs));
  std::vector<ops::AnyValue> given;
  for (size_t i = 0; i < order.size(); ++i) {
    given.push_back(inputs[order[i]].value);
    INLAY_TRY(check_input(graph, graph.inputs[i], given.back()));
  }
  RunContext context = context_for(options);
  const ThreadPool::Region region(*pool_);
  INLAY_ASSIGN(const std::vector<ops::AnyValue> made, interpreter_->run(context, given));
  std::vector<ops::AnyValue> wanted;
  for (const size_t i : chosen) wanted.push_back(made[i]);
  return wanted;
}

Result<std::vector<OutputTensor>> Session::interpret_tensors(std::span<const NamedTensor> inputs,
                                                             std::span<const size_t> chosen,
                                                             const RunOptions& options) const {
  std::vector<NamedValue> values;
  for (const NamedTensor& input : inputs) values.push_back({input.name, borrowed(input.tensor)});
  INLAY_ASSIGN(const std::vector<ops::AnyValue> made, interpret(values, chosen, options));
  std::vector<OutputTensor> outputs;
  for (size_t i = 0; i < made.size(); ++i) {
    if (!made[i].is_dense())
      return unsupported("output {}: expected a tensor of numbers, found {}",
                         quote(model_->info().outputs[chosen[i]].name), ops::describe(made[i]));
    INLAY_ASSIGN(OutputTensor tensor, copy_of(made[i]));
    outputs.push_back(std::move(tensor));
  }
  return outputs;
}

Result<std::vector<ops::AnyValue>> Session::run_values(
    std::span<const NamedValue> inputs, std::span<const std::string_view> output_names,
    const RunOptions& options) const {
  if (interpreter_) {
    INLAY_ASSIGN(const std::vector<size_t> chosen, choose_outputs(output_names));
    return interpret(inputs, chosen, options);
  }
  std::vector<NamedTensor> tensors;
  for (const NamedValue& input : inputs) {
    if (!input.value.is_dense())
      return invalid("input {}: expected a tensor of numbers, found {}", quote(input.name),
                     ops::describe(input.value));
    tensors.push_back({input.name, view_of(input.value)});
  }
  INLAY_ASSIGN(std::vector<OutputTensor> made, run(tensors, output_names, options));
  std::vector<ops::AnyValue> outputs;
  for (OutputTensor& tensor : made) outputs.push_back(value_of(std::move(tensor)));
  return outputs;
}

Result<std::vector<OutputTensor>> Session::run_ragged(const RaggedBatch& batch,
                                                      std::span<const size_t> chosen,
                                                      const RunOptions& options) const {
  const Model::Ragged& form = *model_->ragged();
  std::vector<std::string_view> names;
  for (size_t i : chosen) names.push_back(model_->info().outputs[i].name);
  INLAY_ASSIGN(const std::shared_ptr<const Session> session, ragged_session());
  INLAY_ASSIGN(std::vector<OutputTensor> outputs, session->run(batch.inputs(), names, options));
  for (size_t i = 0; i < outputs.size(); ++i) {
    const auto& tokens = form.token_outputs;
    if (std::find(tokens.begin(), tokens.end(), names[i]) == tokens.end()) continue;
    INLAY_ASSIGN(outputs[i], batch.with_padding(outputs[i], budget_));
  }
  return outputs;
}

Result<std::shared_ptr<const Session>> Session::ragged_session() const {
  const std::lock_guard lock(mutex_);
  if (!ragged_) {
    INLAY_ASSIGN(ragged_, create(model_->ragged()->model, {.pool = pool_, .budget = budget_}));
  }
  return ragged_;
}

Result<std::unique_ptr<SessionState>> Session::make_state() const {
  if (!plan_) return unsupported("a model that is planned when its inputs come keeps no state");
  return std::make_unique<SessionState>(*plan_, budget_);
}

}  // namespace inlay::runtime
