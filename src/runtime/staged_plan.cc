#include "runtime/staged_plan.h"

#include <algorithm>

#include "runtime/graph_pieces.h"
#include "runtime/prepare.h"

namespace inlay::runtime {
namespace {

using graph::Graph;
using graph::NodeId;
using graph::ValueId;

constexpr size_t kMostKept = 16;
constexpr int64_t kMostConstantElements = 4096;  // of an input that shapes a plan

int64_t count(const TensorView& tensor) {
  int64_t product = 1;
  for (const int64_t size : tensor.shape) product *= size;
  return product;
}

std::span<const std::byte> bytes_of(const TensorView& tensor) {
  return {tensor.data, static_cast<size_t>(count(tensor) * graph::dtype_bytes(tensor.dtype))};
}

}  // namespace

struct StagedPlan::Stage {
  struct Source {
    bool is_input;  // of the StagedPlan, else an output of `plan`
    size_t index;
  };
  std::shared_ptr<const Plan> plan;
  std::vector<size_t> plan_inputs;         // which inputs they are
  std::unique_ptr<const StagedPlan> rest;  // null: the plan's outputs are the graph's
  std::vector<Source> rest_inputs;
};

StagedPlan::StagedPlan(std::shared_ptr<const Graph> graph, bool rewrite, PackStore& packs)
    : graph_(std::move(graph)),
      rewrite_(rewrite),
      packs_(packs),
      constant_(graph_->inputs.size(), 0) {}

StagedPlan::~StagedPlan() = default;

Result<std::vector<OutputTensor>> StagedPlan::run(RunContext& context, Inputs inputs) const {
  INLAY_TRY(check(inputs));
  INLAY_ASSIGN(const std::shared_ptr<const Stage> stage, stage_for(inputs));
  std::vector<TensorView> given;
  for (const size_t index : stage->plan_inputs) given.push_back(inputs[index]);
  INLAY_ASSIGN(std::vector<OutputTensor> made, run_plan(*stage->plan, context, given));
  if (!stage->rest) return made;
  given.clear();
  for (const Stage::Source& source : stage->rest_inputs) {
    if (source.is_input) {
      given.push_back(inputs[source.index]);
    } else {
      const OutputTensor& tensor = made[source.index];
      given.push_back({tensor.dtype, tensor.shape, tensor.data()});
    }
  }
  return stage->rest->run(context, given);
}

// What a plan of its own would find out about the sizes of inputs that become constants.
Status StagedPlan::check(Inputs inputs) const {
  for (size_t i = 0; i < inputs.size(); ++i) {
    const graph::Value& value = graph_->value(graph_->inputs[i]);
    const graph::TensorType& type = value.type;
    const auto& shape = inputs[i].shape;
    bool fits =
        inputs[i].dtype == type.dtype && (!type.shape || type.shape->size() == shape.size());
    for (size_t axis = 0; fits && type.shape && axis < shape.size(); ++axis) {
      const auto size = graph_->exprs->value((*type.shape)[axis]);
      fits = shape[axis] >= 0 && (!size || *size == shape[axis]);
    }
    if (!fits)
      return invalid("input {}: expected {} {}, found {} {}", quote(value.name),
                     graph::dtype_text(type.dtype),
                     type.shape ? shape_text(*graph_->exprs, *type.shape) : "of any rank",
                     graph::dtype_text(inputs[i].dtype), graph::shape_text(shape));
  }
  return Status();
}

Result<std::shared_ptr<const StagedPlan::Stage>> StagedPlan::stage_for(Inputs inputs) const {
  const std::lock_guard lock(mutex_);
  for (size_t i = 0; i < inputs.size(); ++i)
    if (constant_[i]) INLAY_TRY(check_size(i, inputs));
  const std::string wanted = key(inputs);
  const auto found =
      std::find_if(kept_.begin(), kept_.end(), [&](const Kept& one) { return one.key == wanted; });
  if (found != kept_.end()) {
    std::rotate(found, found + 1, kept_.end());
    return kept_.back().stage;
  }
  INLAY_ASSIGN(std::shared_ptr<const Stage> stage, make_stage(inputs));
  if (kept_.size() == kMostKept) kept_.erase(kept_.begin());
  kept_.push_back({key(inputs), stage});  // which inputs are constants may have changed
  return stage;
}

Result<std::shared_ptr<const StagedPlan::Stage>> StagedPlan::make_stage(Inputs inputs) const {
  for (;;) {
    const std::shared_ptr<Graph> graph = specialized(inputs);
    Status prepared = prepare(*graph, rewrite_);
    if (prepared.ok()) {
      auto stage = std::make_shared<Stage>();
      INLAY_ASSIGN(stage->plan, build_plan(graph, packs_));
      stage->plan_inputs = free_inputs();
      return std::shared_ptr<const Stage>(std::move(stage));
    }
    if (prepared.code() != StatusCode::kNotYet) return prepared;
    const auto value = static_cast<ValueId>(prepared.about());
    // One that preparing made has no place in the graph as it is.
    if (value < 0 || static_cast<size_t>(value) >= graph_->values.size()) return prepared;
    const auto found = std::find(graph_->inputs.begin(), graph_->inputs.end(), value);
    if (found == graph_->inputs.end()) return cut_before_readers(value, inputs);
    const auto index = static_cast<size_t>(found - graph_->inputs.begin());
    if (std::exchange(constant_[index], uint8_t{1})) return prepared;
    INLAY_TRY(check_size(index, inputs));
  }
}

std::vector<size_t> StagedPlan::free_inputs() const {
  std::vector<size_t> free;
  for (size_t i = 0; i < constant_.size(); ++i)
    if (!constant_[i]) free.push_back(i);
  return free;
}

Status StagedPlan::check_size(size_t input, Inputs inputs) const {
  if (count(inputs[input]) <= kMostConstantElements) return Status();
  return unsupported("input {}: expected at most {} numbers that shape the model, found {}",
                     quote(graph_->value(graph_->inputs[input]).name), kMostConstantElements,
                     count(inputs[input]));
}

Result<std::shared_ptr<const StagedPlan::Stage>> StagedPlan::cut_before_readers(
    ValueId value, Inputs inputs) const {
  const std::shared_ptr<Graph> early = specialized(inputs);
  drop_dead(*early);
  const auto reader = std::find_if(early->order.begin(), early->order.end(),
                                   [&](NodeId id) { return reads(early->node(id), value); });
  const auto at = static_cast<size_t>(reader - early->order.begin());
  const std::vector<ValueId> between = crossing(*early, at);
  auto stage = std::make_shared<Stage>();
  std::vector<ValueId> made;
  for (const ValueId one : between) {
    const auto input = std::find(graph_->inputs.begin(), graph_->inputs.end(), one);
    const bool is_input = input != graph_->inputs.end();
    stage->rest_inputs.push_back(
        {is_input, is_input ? static_cast<size_t>(input - graph_->inputs.begin()) : made.size()});
    if (!is_input) made.push_back(one);
  }
  const std::shared_ptr<Graph> late = graph::clone(*early);
  keep(*early, 0, at);
  early->outputs = std::move(made);
  INLAY_TRY(prepare(*early, rewrite_));
  for (const ValueId one : between) late->value(one).type = {early->value(one).type.dtype, {}};
  keep(*late, at, late->order.size());
  late->inputs = between;
  INLAY_ASSIGN(stage->plan, build_plan(early, packs_));
  stage->plan_inputs = free_inputs();
  stage->rest = std::make_unique<const StagedPlan>(late, rewrite_, packs_);
  return std::shared_ptr<const Stage>(std::move(stage));
}

std::shared_ptr<Graph> StagedPlan::specialized(Inputs inputs) const {
  std::shared_ptr<Graph> graph = graph::clone(*graph_);
  graph->inputs.clear();
  for (size_t i = 0; i < graph_->inputs.size(); ++i) {
    const ValueId id = graph_->inputs[i];
    graph::Value& value = graph->value(id);
    if (constant_[i]) {
      const auto& shape = inputs[i].shape;
      graph->set_constant(id, graph::make_tensor(inputs[i].dtype, {shape.begin(), shape.end()},
                                                 bytes_of(inputs[i])));
      continue;
    }
    graph->inputs.push_back(id);
    if (value.type.shape) continue;
    value.type.shape.emplace();
    for (size_t axis = 0; axis < inputs[i].shape.size(); ++axis)
      value.type.shape->push_back(graph->exprs->fresh_symbol(format("{}.{}", value.name, axis)));
  }
  return graph;
}

// Ranks of all inputs, and the sizes and numbers of those that are constants.
std::string StagedPlan::key(Inputs inputs) const {
  std::string out;
  const auto add = [&](const void* data, size_t size) {
    out.append(static_cast<const char*>(data), size);
  };
  for (size_t i = 0; i < inputs.size(); ++i) {
    const size_t rank = inputs[i].shape.size();
    add(&rank, sizeof rank);
    if (!constant_[i]) continue;
    add(inputs[i].shape.data(), rank * sizeof(int64_t));
    add(bytes_of(inputs[i]).data(), bytes_of(inputs[i]).size());
  }
  return out;
}

}  // namespace inlay::runtime
