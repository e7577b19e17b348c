#include "runtime/interpreter.h"

#include <algorithm>
#include <chrono>

#include "ops/objects/object_graph.h"
#include "runtime/graph_pieces.h"
#include "runtime/prepare.h"
#include "runtime/staged_plan.h"
#include "runtime/values.h"

namespace inlay::runtime {
namespace {

using graph::Graph;
using graph::kNoValue;
using graph::Node;
using graph::NodeId;
using graph::ValueId;
using ops::AnyValue;
using ops::ValueKind;
using Values = std::span<const AnyValue>;

constexpr size_t kMostKept = 64;  // units of one start, plans of one node

int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// What a value is, as far as plans differ by it.
char kind_key(const AnyValue& value) {
  return value.is_dense() ? static_cast<char>(value.tensor()->dtype) : '\xff';
}

// The same and its sizes.
void add_exact_key(const AnyValue& value, std::string& key) {
  key.push_back(kind_key(value));
  if (value.is_dense()) key += graph::shape_text(value.tensor()->shape);
}

// The type of a tensor, with its sizes as numbers.
graph::TensorType exact_type(const AnyValue& value, graph::ExprPool& exprs) {
  graph::Shape shape;
  for (const int64_t size : value.tensor()->shape) shape.push_back(exprs.constant(size));
  return {value.tensor()->dtype, std::move(shape)};
}

size_t index_of(ValueId value) { return static_cast<size_t>(value); }

// A subgraph as a graph of its own, whose captures are inputs behind its own. Types that the file declares need
// not hold in every round.
std::shared_ptr<const Graph> stand_alone(const Graph& sub) {
  std::shared_ptr<Graph> body = graph::clone(sub);
  for (const graph::Capture& capture : body->captures) body->inputs.push_back(capture.inner);
  body->captures.clear();
  for (const ValueId input : body->inputs) {
    body->value(input).type = {};
    body->value(input).object.reset();
  }
  drop_dead(*body);
  return body;
}

}  // namespace

class Interpreter::Frame {
 public:
  Frame(const Interpreter& interpreter, RunContext& context)
      : interpreter_(interpreter),
        context_(context),
        values_(graph().values.size()),
        counted_(graph().values.size(), 0) {}
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;
  ~Frame() {
    for (const int64_t bytes : counted_) context_.release(bytes);
  }

  Result<std::vector<AnyValue>> run(Values inputs) {
    for (size_t i = 0; i < inputs.size(); ++i) values_[index_of(graph().inputs[i])] = inputs[i];
    for (size_t at = 0; at < graph().order.size();) {
      if (cancelled()) return Status(StatusCode::kCancelled, "the run was cancelled");
      INLAY_ASSIGN(const UnitRef unit, interpreter_.unit_at(at, *this));
      Status done = unit->op ? run_object(*unit) : run_plan(*unit);
      if (done.code() == StatusCode::kNotYet && interpreter_.split(*unit)) continue;
      INLAY_TRY(as_unsupported(std::move(done)));
      for (; at < unit->end; ++at)
        for (const ValueId value : interpreter_.dropped_behind_[at]) drop(value);
    }
    std::vector<AnyValue> outputs;
    for (const ValueId output : graph().outputs) outputs.push_back(value(output));
    return outputs;
  }

  AnyValue value(ValueId id) const {
    if (id == kNoValue) return AnyValue();
    const graph::TensorRef& constant = graph().value(id).constant;
    return constant ? AnyValue(constant) : values_[index_of(id)];
  }

  RunContext& context() const { return context_; }
  bool cancelled() const {
    return context_.cancel && context_.cancel->load(std::memory_order_relaxed);
  }

 private:
  const Graph& graph() const { return *interpreter_.graph_; }

  void drop(ValueId id) {
    values_[index_of(id)] = AnyValue();
    context_.release(std::exchange(counted_[index_of(id)], 0));
  }

  Status run_plan(const Unit& unit) {
    std::vector<TensorView> views;
    for (const ValueId input : unit.inputs) views.push_back(view_of(values_[index_of(input)]));
    auto made = unit.plan->run(context_, views);
    if (made.code() == StatusCode::kInvalidArgument)
      made = interpreter_.exact_plan(unit, *this)->run(context_, views);
    if (!made.ok()) return std::move(made).status();
    for (size_t i = 0; i < made->size(); ++i)
      values_[index_of(unit.outputs[i])] = value_of(std::move((*made)[i]));
    return Status();
  }

  Status run_object(const Unit& unit);

  const Interpreter& interpreter_;
  RunContext& context_;
  std::vector<AnyValue> values_;
  std::vector<int64_t> counted_;  // bytes of objects, an entry a value
};

class Interpreter::NodeHost final : public ops::ObjectHost {
 public:
  NodeHost(const Interpreter& interpreter, const Frame& frame, const Node& node)
      : interpreter_(interpreter), frame_(frame), node_(node) {}

  // What a node that fails has reserved is nobody's.
  ~NodeHost() override { frame_.context().release(reserved_); }
  NodeHost(const NodeHost&) = delete;
  NodeHost& operator=(const NodeHost&) = delete;

  int64_t take_reserved() { return std::exchange(reserved_, 0); }

  bool cancelled() const override { return frame_.cancelled(); }
  ThreadPool& pool() override { return frame_.context().pool; }

  Status reserve(int64_t bytes) override {
    INLAY_TRY(frame_.context().reserve(bytes));
    reserved_ += bytes;
    return Status();
  }

  Result<std::vector<AnyValue>> run_dense(Values inputs) override {
    INLAY_ASSIGN(const auto plan, interpreter_.plan_of_node(node_, inputs, false));
    std::vector<TensorView> views;
    for (const AnyValue& input : inputs)
      if (input.is_dense()) views.push_back(view_of(input));
    auto made = plan->run(frame_.context(), views);
    if (made.code() == StatusCode::kInvalidArgument) {
      INLAY_ASSIGN(const auto exact, interpreter_.plan_of_node(node_, inputs, true));
      made = exact->run(frame_.context(), views);
    }
    if (!made.ok()) return as_unsupported(std::move(made).status());
    std::vector<AnyValue> outputs(node_.outputs.size());
    size_t next = 0;
    for (size_t i = 0; i < outputs.size(); ++i)
      if (node_.outputs[i] != kNoValue) outputs[i] = value_of(std::move((*made)[next++]));
    return outputs;
  }

  Result<std::vector<AnyValue>> run_subgraph(std::string_view key, Values inputs) override {
    INLAY_ASSIGN(const std::shared_ptr<const Interpreter> body, interpreter_.body(node_, key));
    const Graph& sub = *node_.subgraph(key);
    if (inputs.size() != sub.inputs.size())
      return invalid("{}: expected {} inputs of {}, found {}",
                     graph::describe(*interpreter_.graph_, node_), inputs.size(), key,
                     sub.inputs.size());
    std::vector<AnyValue> all(inputs.begin(), inputs.end());
    for (const graph::Capture& capture : sub.captures) all.push_back(frame_.value(capture.outer));
    return body->run(frame_.context(), all);
  }

 private:
  const Interpreter& interpreter_;
  const Frame& frame_;
  const Node& node_;
  int64_t reserved_ = 0;
};

Status Interpreter::Frame::run_object(const Unit& unit) {
  const Node& node = interpreter_.node_at(unit.begin);
  std::vector<AnyValue> inputs;
  for (const ValueId input : node.inputs) inputs.push_back(value(input));
  NodeHost host(interpreter_, *this, node);
  ops::ObjectCall call(graph(), node, inputs, host);
  const int64_t begin = context_.profile ? now_ns() : 0;
  INLAY_TRY(unit.op->eval(call));
  if (context_.profile)
    context_.profile->add({node.op_type, node.name, context_.profile_run, begin, now_ns() - begin});
  std::vector<AnyValue> made = call.take_outputs();
  for (size_t i = 0; i < made.size(); ++i) {
    const ValueId output = node.outputs[i];
    if (output == kNoValue) continue;
    values_[index_of(output)] = std::move(made[i]);
    counted_[index_of(output)] = host.take_reserved();  // all with the first
  }
  return Status();
}

Interpreter::Interpreter(std::shared_ptr<const Graph> graph, bool rewrite, PackStore& packs)
    : graph_(std::move(graph)),
      rewrite_(rewrite),
      packs_(packs),
      made_at_(graph_->values.size(), 0),
      last_read_(graph_->values.size(), 0),
      dropped_behind_(graph_->order.size()),
      is_object_(graph_->order.size(), 0) {
  find_last_readers();
}

Interpreter::~Interpreter() = default;

void Interpreter::find_last_readers() {
  const size_t end = graph_->order.size();
  for (size_t at = 0; at < end; ++at) {
    for_each_read(node_at(at), [&](ValueId value) { last_read_[index_of(value)] = at + 1; });
    for (const ValueId output : node_at(at).outputs)
      if (output != kNoValue) made_at_[index_of(output)] = at + 1;
  }
  for (const ValueId output : graph_->outputs) last_read_[index_of(output)] = end + 1;
  for (size_t value = 0; value < last_read_.size(); ++value) {
    const size_t behind = std::max(last_read_[value], made_at_[value]);
    if (behind > 0 && behind <= end)
      dropped_behind_[behind - 1].push_back(static_cast<ValueId>(value));
  }
}

Result<std::vector<AnyValue>> Interpreter::run(RunContext& context, Values inputs) const {
  Frame frame(*this, context);
  return frame.run(inputs);
}

Result<Interpreter::UnitRef> Interpreter::unit_at(size_t position, const Frame& frame) const {
  const std::lock_guard lock(mutex_);
  auto start = starts_.find(position);
  if (start == starts_.end()) start = starts_.emplace(position, start_at(position)).first;
  std::string key;
  for (const ValueId value : start->second.readable) key.push_back(kind_key(frame.value(value)));
  auto& units = start->second.units;
  if (const auto found = units.find(key); found != units.end()) return found->second;
  if (units.size() == kMostKept) units.clear();
  INLAY_ASSIGN(UnitRef made, make_unit(position, frame));
  return units[key] = std::move(made);
}

Interpreter::Start Interpreter::start_at(size_t position) const {
  std::vector<uint8_t> is_input(graph_->values.size(), 0);
  for (const ValueId input : graph_->inputs) is_input[index_of(input)] = 1;
  Start start;
  for (size_t value = 0; value < last_read_.size(); ++value) {
    const bool made = is_input[value] || (made_at_[value] > 0 && made_at_[value] <= position);
    if (made && last_read_[value] > position) start.readable.push_back(static_cast<ValueId>(value));
  }
  return start;
}

const ops::ObjectOp* Interpreter::object_op_at(size_t position, size_t begin,
                                               const Frame& frame) const {
  const Node& node = node_at(position);
  if (is_object_[position]) return ops::find_object_op(node.domain, node.op_type, node.version);
  bool has_objects = false;
  for_each_read(node, [&](ValueId read) {
    const bool is_made_here = made_at_[index_of(read)] > begin;
    has_objects = has_objects || (!is_made_here && !frame.value(read).is_dense());
  });
  return ops::object_op_of(node, has_objects);
}

Result<Interpreter::UnitRef> Interpreter::make_unit(size_t position, const Frame& frame) const {
  auto unit = std::make_shared<Unit>();
  unit->begin = position;
  unit->end = position + 1;
  unit->op = object_op_at(position, position, frame);
  if (unit->op) return UnitRef(std::move(unit));
  while (unit->end < graph_->order.size() && !object_op_at(unit->end, position, frame)) ++unit->end;
  INLAY_TRY(find_crossing(*unit, frame));
  unit->plan = plan_of(*unit, frame, false);
  return UnitRef(std::move(unit));
}

// What a unit of plans reads from outside and makes for others.
Status Interpreter::find_crossing(Unit& unit, const Frame& frame) const {
  std::vector<uint8_t> taken(graph_->values.size(), 0);
  Status status;
  for (size_t at = unit.begin; at < unit.end; ++at) {
    for_each_read(node_at(at), [&](ValueId value) {
      const bool outside = made_at_[index_of(value)] <= unit.begin;
      if (!outside || std::exchange(taken[index_of(value)], uint8_t{1})) return;
      if (!frame.value(value).is_dense() && status.ok())
        status = invalid("{}: expected a tensor of numbers in {}, found {}",
                         graph::describe(*graph_, node_at(at)), quote(graph_->value(value).name),
                         ops::describe(frame.value(value)));
      if (!graph_->value(value).constant) unit.inputs.push_back(value);
    });
    for (const ValueId output : node_at(at).outputs)
      if (output != kNoValue && last_read_[index_of(output)] > unit.end)
        unit.outputs.push_back(output);
  }
  return status;
}

std::unique_ptr<const StagedPlan> Interpreter::plan_of(const Unit& unit, const Frame& frame,
                                                       bool exact) const {
  std::shared_ptr<Graph> piece = graph::clone(*graph_);
  keep(*piece, unit.begin, unit.end);
  for (const ValueId input : unit.inputs) {
    graph::TensorType& type = piece->value(input).type;
    const graph::DType dtype = frame.value(input).tensor()->dtype;
    if (type.dtype != dtype) type = {dtype, std::nullopt};
    if (exact) type = exact_type(frame.value(input), *piece->exprs);
  }
  piece->inputs = unit.inputs;
  piece->outputs = unit.outputs;
  return std::make_unique<const StagedPlan>(std::move(piece), rewrite_, packs_);
}

std::shared_ptr<const StagedPlan> Interpreter::exact_plan(const Unit& unit,
                                                          const Frame& frame) const {
  std::string key = format("{} {} ", unit.begin, unit.end);
  for (const ValueId input : unit.inputs) add_exact_key(frame.value(input), key);
  const std::lock_guard lock(mutex_);
  if (const auto found = exact_plans_.find(key); found != exact_plans_.end()) return found->second;
  if (exact_plans_.size() >= kMostKept) exact_plans_.clear();
  return exact_plans_[key] = plan_of(unit, frame, true);
}

bool Interpreter::split(const Unit& unit) const {
  const std::lock_guard lock(mutex_);
  for (size_t at = unit.begin; at < unit.end && !unit.op; ++at) {
    const Node& node = node_at(at);
    if (!has_subgraph(node) || is_object_[at] ||
        !ops::find_object_op(node.domain, node.op_type, node.version))
      continue;
    is_object_[at] = 1;
    for (auto& [position, start] : starts_)
      std::erase_if(start.units, [&](const auto& kept) {
        return kept.second->begin <= at && at < kept.second->end;
      });
    return true;
  }
  return false;
}

Result<std::shared_ptr<const Interpreter>> Interpreter::body(const Node& node,
                                                             std::string_view key) const {
  const Graph* sub = node.subgraph(key);
  if (!sub)
    return invalid("{}: expected a graph as attribute {}, found none",
                   graph::describe(*graph_, node), key);
  const std::lock_guard lock(mutex_);
  auto& kept = bodies_[{&node, std::string(key)}];
  if (!kept) kept = std::make_shared<const Interpreter>(stand_alone(*sub), rewrite_, packs_);
  return kept;
}

Result<std::shared_ptr<const StagedPlan>> Interpreter::plan_of_node(const Node& node, Values inputs,
                                                                    bool exact) const {
  std::string key;
  for (const AnyValue& input : inputs) {
    if (exact) add_exact_key(input, key);
    if (!exact) key.push_back(kind_key(input));
  }
  const std::lock_guard lock(mutex_);
  if (const auto found = node_plans_.find({&node, key}); found != node_plans_.end())
    return found->second;
  if (has_subgraph(node))
    return internal_error("{}: expected no subgraph", graph::describe(*graph_, node));
  auto alone = std::make_shared<Graph>(std::make_shared<graph::ExprPool>());
  Node copy = node;
  copy.inputs.clear();
  for (const AnyValue& input : inputs) {
    const std::string name = format("{}", copy.inputs.size());
    graph::TensorType type;
    if (input.is_dense()) type.dtype = input.tensor()->dtype;
    if (input.is_dense() && exact) type = exact_type(input, *alone->exprs);
    copy.inputs.push_back(input.is_dense() ? alone->add_input(name, std::move(type)) : kNoValue);
  }
  for (ValueId& output : copy.outputs) {
    if (output == kNoValue) continue;
    output = alone->add_value(graph_->value(output).name);
    alone->outputs.push_back(output);
  }
  alone->add_node(std::move(copy));
  if (node_plans_.size() >= kMostKept) node_plans_.clear();
  return node_plans_[{&node, key}] =
             std::make_shared<const StagedPlan>(std::move(alone), rewrite_, packs_);
}

}  // namespace inlay::runtime
