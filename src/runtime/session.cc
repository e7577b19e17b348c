#include "runtime/session.h"

#include <algorithm>

#include "base/cpu.h"
#include "runtime/prepare.h"
#include "runtime/ragged_batch.h"

namespace inlay::runtime {
namespace {

const NamedTensor* find(std::span<const NamedTensor> inputs, std::string_view name) {
  const auto it = std::find_if(inputs.begin(), inputs.end(),
                               [&](const NamedTensor& input) { return input.name == name; });
  return it == inputs.end() ? nullptr : &*it;
}

Result<std::vector<size_t>> choose_outputs(const Plan& plan,
                                           std::span<const std::string_view> names) {
  std::vector<size_t> chosen;
  for (std::string_view name : names) {
    size_t i = 0;
    while (i < plan.outputs.size() && plan.outputs[i].tensor.name != name) ++i;
    if (i == plan.outputs.size()) return not_found("the model has no output {}", quote(name));
    chosen.push_back(i);
  }
  for (size_t i = 0; names.empty() && i < plan.outputs.size(); ++i) chosen.push_back(i);
  return chosen;
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
  std::shared_ptr<Session> session(new Session());
  session->model_ = std::move(model);
  if (options.pool) {
    session->pool_ = std::move(options.pool);
  } else {
    session->pool_ =
        std::make_shared<ThreadPool>(options.threads ? options.threads : usable_cpu_count());
  }
  if (has_known_ranks(*session->model_->graph())) {
    INLAY_ASSIGN(session->plan_, build_plan(session->model_->graph(), session->packs_));
  }
  return std::shared_ptr<const Session>(std::move(session));
}

Result<std::shared_ptr<const Plan>> Session::plan_for(std::span<const NamedTensor> inputs) const {
  if (plan_) return plan_;
  const graph::Graph& graph = *model_->graph();
  std::vector<size_t> ranks;
  for (graph::ValueId v : graph.inputs) {
    const NamedTensor* given = find(inputs, graph.value(v).name);
    if (!given) return invalid("expected an input {}", quote(graph.value(v).name));
    ranks.push_back(given->tensor.shape.size());
  }
  const std::lock_guard lock(mutex_);
  std::shared_ptr<const Plan>& plan = plans_[ranks];
  if (!plan) {
    INLAY_ASSIGN(plan, specialize(inputs));
  }
  return plan;
}

// The graph with the inputs' ranks filled in.
Result<std::shared_ptr<const Plan>> Session::specialize(std::span<const NamedTensor> inputs) const {
  std::shared_ptr<graph::Graph> graph = graph::clone(*model_->graph());
  for (graph::ValueId v : graph->inputs) {
    graph::Value& value = graph->value(v);
    if (value.type.shape) continue;
    value.type.shape.emplace();
    const size_t rank = find(inputs, value.name)->tensor.shape.size();
    for (size_t axis = 0; axis < rank; ++axis)
      value.type.shape->push_back(graph->exprs->fresh_symbol(format("{}.{}", value.name, axis)));
  }
  INLAY_TRY(prepare(*graph, model_->options().rewrite));
  return build_plan(std::move(graph), packs_);
}

Result<std::vector<TensorView>> Session::order_inputs(const Plan& plan,
                                                      std::span<const NamedTensor> inputs) const {
  std::vector<TensorView> ordered;
  for (const PlanTensor& wanted : plan.inputs) {
    const NamedTensor* given = find(inputs, wanted.name);
    if (!given) return invalid("expected an input {}", quote(wanted.name));
    ordered.push_back(given->tensor);
  }
  if (inputs.size() == plan.inputs.size()) return ordered;
  for (const NamedTensor& input : inputs) {
    const bool known = std::any_of(plan.inputs.begin(), plan.inputs.end(),
                                   [&](const PlanTensor& t) { return t.name == input.name; });
    if (!known) return not_found("the model has no input {}", quote(input.name));
  }
  return invalid("expected each of {} inputs once, found {}", plan.inputs.size(), inputs.size());
}

Result<std::vector<OutputTensor>> Session::run(std::span<const NamedTensor> inputs,
                                               std::span<const std::string_view> output_names,
                                               const RunOptions& options) const {
  INLAY_ASSIGN(const std::shared_ptr<const Plan> plan, plan_for(inputs));
  INLAY_ASSIGN(const std::vector<TensorView> ordered, order_inputs(*plan, inputs));
  INLAY_ASSIGN(const std::vector<size_t> chosen, choose_outputs(*plan, output_names));
  const auto& form = model_->ragged();
  if (form && (options.drop_padding || form->token_outputs.empty())) {
    if (const auto batch = RaggedBatch::of(*form, plan->inputs, ordered))
      return run_ragged(*batch, chosen, options);
  }
  const StateLease lease(options.state);
  if (!lease.held()) return invalid("the state is in use by another run");
  RunContext context{packs_,
                     slabs_,
                     *pool_,
                     options.cancel,
                     options.state,
                     options.profile,
                     options.profile ? options.profile->begin_run() : 0};
  INLAY_ASSIGN(std::vector<OutputTensor> outputs, run_plan(*plan, context, ordered));
  std::vector<OutputTensor> wanted;
  for (size_t i : chosen) wanted.push_back(outputs[i]);
  return wanted;
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
    INLAY_ASSIGN(outputs[i], batch.with_padding(outputs[i]));
  }
  return outputs;
}

Result<std::shared_ptr<const Session>> Session::ragged_session() const {
  const std::lock_guard lock(mutex_);
  if (!ragged_) {
    INLAY_ASSIGN(ragged_, create(model_->ragged()->model, {.pool = pool_}));
  }
  return ragged_;
}

Result<std::unique_ptr<SessionState>> Session::make_state() const {
  if (!plan_) return unsupported("a model whose inputs have no known ranks keeps no state");
  return std::make_unique<SessionState>(*plan_);
}

}  // namespace inlay::runtime
