#include "runtime/plan_builder.h"

#include <algorithm>
#include <atomic>

#include "ops/elementwise.h"
#include "ops/strided.h"
#include "runtime/binding.h"

namespace inlay::runtime {

using graph::kNoValue;
using graph::Node;
using graph::NodeId;
using graph::ValueId;
using ops::Operand;
using ops::View;

// The builder's side of ops::Lowering, for one node.
class NodeLowering final : public ops::Lowering {
 public:
  NodeLowering(PlanBuilder& builder, NodeId id)
      : Lowering(*builder.graph_, builder.graph_->node(id)),
        builder_(builder),
        id_(id),
        first_data_output_(static_cast<int32_t>(builder.plan_->data_outputs.size())) {}

  Operand dense(size_t input) override {
    return has(input) ? builder_.dense_place(node().inputs[input]).operand : Operand{};
  }
  View view(size_t input) override { return builder_.place(node().inputs[input]); }

  std::optional<ops::PackPart> constant_view(size_t input) override {
    const View& view = builder_.place(node().inputs[input]);
    const PlanBlock& block = builder_.plan_->blocks[static_cast<size_t>(view.operand.block)];
    const auto offset = exprs().value(view.operand.byte_offset);
    if (block.kind != PlanBlock::Kind::kConstant || view.shape.size() != 2 || !offset) return {};
    ops::PackPart part;
    part.tensor = builder_.plan_->constants[static_cast<size_t>(block.index)];
    part.offset = *offset / graph::dtype_bytes(view.dtype);
    part.k = *exprs().value(view.shape[0]);
    part.n = *exprs().value(view.shape[1]);
    part.k_stride = *exprs().value(view.strides[0]);
    part.n_stride = *exprs().value(view.strides[1]);
    return part;
  }

  Operand output(size_t output) override {
    return wants(output) ? builder_.output_block(node().outputs[output]) : Operand{};
  }

  Operand output_over(size_t output_index, size_t over) override {
    const ValueId from = node().inputs[over];
    const ValueId to = node().output(output_index);
    if (to == kNoValue || !builder_.last_use(from, node())) return output(output_index);
    const View source = builder_.place(from);
    const graph::TensorType& type = output_type(output_index);
    const bool same = source.shape == *type.shape && ops::is_dense(exprs(), source) &&
                      graph::dtype_bytes(source.dtype) == graph::dtype_bytes(type.dtype);
    const PlanBlock& block = builder_.plan_->blocks[static_cast<size_t>(source.operand.block)];
    const bool wanted_outside =
        std::find(graph().outputs.begin(), graph().outputs.end(), to) != graph().outputs.end();
    if (!same || block.kind != PlanBlock::Kind::kSlab || wanted_outside ||
        block.segment != builder_.segment_)
      return output(output_index);
    builder_.put(to, ops::dense_view(exprs(), source.operand, type.dtype, *type.shape));
    return source.operand;
  }

  void data_sized_output(size_t output_index) override {
    const ValueId id = node().outputs[output_index];
    const graph::TensorType& type = graph().value(id).type;
    auto& outputs = builder_.plan_->data_outputs;
    const Operand operand = builder_.new_block(PlanBlock::Kind::kDataSized,
                                               static_cast<int32_t>(outputs.size()), Expr{});
    DataOutput made{operand.block, type.dtype, graph().value(id).name, {}};
    for (size_t axis = 0; axis < type.shape->size(); ++axis)
      if (const auto symbol = exprs().as_symbol((*type.shape)[axis]); symbol && says(*symbol)) {
        made.axes.push_back({static_cast<int>(axis), *symbol});
        builder_.note_defined(*symbol, builder_.segment_ + 1);
      }
    outputs.push_back(std::move(made));
    builder_.put(id, ops::dense_view(exprs(), operand, type.dtype, *type.shape));
    ends_segment_ = true;
  }

  void put_view(size_t output, View view) override {
    builder_.put(node().outputs[output], std::move(view));
  }

  void alias(size_t output, size_t input, Expr element_offset, std::vector<Expr> strides) override {
    View view = builder_.place(node().inputs[input]);
    const Expr bytes = constant(graph::dtype_bytes(view.dtype));
    view.operand.byte_offset =
        exprs().add(view.operand.byte_offset, exprs().mul(element_offset, bytes));
    view.shape = output_shape(output);
    view.strides = std::move(strides);
    builder_.put(node().outputs[output], std::move(view));
  }

  void alias_dense(size_t output, size_t input) override {
    const View source = builder_.dense_place(node().inputs[input]);
    builder_.put(
        node().outputs[output],
        ops::dense_view(exprs(), source.operand, output_type(output).dtype, output_shape(output)));
  }

  Operand memory(Expr bytes) override { return builder_.slab_block(bytes); }

  Operand packed(ops::PackRecipe recipe) override {
    auto& packed = builder_.plan_->packed;
    packed.push_back(builder_.packs_.intern(std::move(recipe)));
    return builder_.new_block(PlanBlock::Kind::kPacked, static_cast<int32_t>(packed.size() - 1),
                              Expr{});
  }

  View grow_state(size_t index, Expr length) override {
    const PlanState& state = builder_.plan_->states[index];
    builder_.growths_.push_back({static_cast<int32_t>(index), length, builder_.segment_});
    Shape memory = state.tensor.shape;
    memory[static_cast<size_t>(state.axis)] = exprs().symbol_expr(state.capacity);
    View view = ops::dense_view(
        exprs(), builder_.new_block(PlanBlock::Kind::kState, static_cast<int32_t>(index), Expr{}),
        state.tensor.dtype, memory);
    view.shape[static_cast<size_t>(state.axis)] = length;
    return view;
  }

  Expr state_capacity(size_t index) override {
    return exprs().symbol_expr(builder_.plan_->states[index].capacity);
  }

  Result<int> subgraph(const graph::Graph& inner) override {
    // The subplan shares the model's graph: constants and names live with it.
    const std::shared_ptr<const graph::Graph> shared(builder_.graph_, &inner);
    PlanBuilder builder(shared, builder_.packs_);
    INLAY_ASSIGN(std::shared_ptr<const Plan> plan, builder.build());
    Plan::Subgraph made{std::move(plan), {}};
    for (const PlanBlock& block : made.plan->blocks) {
      if (block.kind != PlanBlock::Kind::kCapture) continue;
      const ValueId outer = inner.captures[static_cast<size_t>(block.index)].outer;
      captured_.push_back(builder_.dense_place(outer).operand);
      made.capture_operands.push_back(static_cast<uint32_t>(captured_.size() - 1));
    }
    subgraphs_.push_back(std::move(made));
    return static_cast<int>(subgraphs_.size() - 1);
  }

  void step(StepSpec spec) override {
    const auto first_subgraph = static_cast<int32_t>(builder_.plan_->subgraphs.size());
    const auto own = static_cast<uint32_t>(spec.operands.size());
    for (Plan::Subgraph& sub : subgraphs_) {
      for (uint32_t& operand : sub.capture_operands) operand += own;
      builder_.plan_->subgraphs.push_back(std::move(sub));
    }
    spec.operands.insert(spec.operands.end(), captured_.begin(), captured_.end());
    captured_.clear();
    subgraphs_.clear();
    builder_.add_step(std::move(spec), id_);
    builder_.steps_.back().subgraph_begin = first_subgraph;
    builder_.steps_.back().data_output_begin = first_data_output_;
  }

  bool ends_segment() const { return ends_segment_; }

 private:
  // This node's step makes the symbol known.
  bool says(SymbolId symbol) const {
    const auto& all = graph().data_symbols;
    return std::any_of(all.begin(), all.end(), [&](const graph::DataSymbol& s) {
      return s.node == id_ && s.symbol == symbol;
    });
  }

  PlanBuilder& builder_;
  NodeId id_;
  int32_t first_data_output_;
  bool ends_segment_ = false;
  std::vector<Operand> captured_;
  std::vector<Plan::Subgraph> subgraphs_;
};

PlanBuilder::PlanBuilder(std::shared_ptr<const graph::Graph> graph, PackStore& packs)
    : graph_(std::move(graph)), packs_(packs), plan_(std::make_shared<Plan>()) {
  plan_->graph = graph_;
  places_.resize(graph_->values.size());
  dense_.resize(graph_->values.size());
}

Expr PlanBuilder::bytes_of(const Shape& shape, DType dtype) {
  return exprs().mul(exprs().product(shape), exprs().constant(graph::dtype_bytes(dtype)));
}

Operand PlanBuilder::new_block(PlanBlock::Kind kind, int32_t index, Expr bytes) {
  PlanBlock block;
  block.kind = kind;
  block.index = index;
  block.bytes = bytes;
  block.segment = segment_;
  plan_->blocks.push_back(block);
  values_on_block_.emplace_back();
  return {static_cast<int32_t>(plan_->blocks.size() - 1), Expr{}};
}

void PlanBuilder::put(ValueId id, View view) {
  values_on_block_[static_cast<size_t>(view.operand.block)].push_back(id);
  places_[static_cast<size_t>(id)] = std::move(view);
}

void PlanBuilder::note_defined(SymbolId symbol, int32_t segment) {
  defined_in_.emplace(symbol, segment);
}

void PlanBuilder::add_inputs() {
  for (ValueId id : graph_->inputs) {
    const graph::Value& v = value(id);
    const auto index = static_cast<int32_t>(plan_->inputs.size());
    plan_->inputs.push_back({v.name, v.type.dtype, *v.type.shape});
    put(id, ops::dense_view(exprs(), new_block(PlanBlock::Kind::kInput, index, Expr{}),
                            v.type.dtype, *v.type.shape));
    for (const graph::ElementSymbol& element : graph_->element_symbols)
      if (element.value == id)
        plan_->input_elements.push_back({index, element.index, element.symbol});
  }
}

void PlanBuilder::add_states() {
  for (const graph::State& state : graph_->states) {
    const graph::Expr capacity = exprs().symbol(state.name + ".capacity");
    plan_->states.push_back({{state.name, state.dtype, state.shape},
                             state.axis,
                             state.length,
                             *exprs().as_symbol(capacity)});
  }
}

const View& PlanBuilder::place(ValueId id) {
  std::optional<View>& found = places_[static_cast<size_t>(id)];
  if (found) return *found;
  const graph::Value& v = value(id);
  if (v.constant) {
    auto& block = constant_blocks_[v.constant.get()];
    if (block.block < 0) {
      block = new_block(PlanBlock::Kind::kConstant, static_cast<int32_t>(plan_->constants.size()),
                        Expr{});
      plan_->constants.push_back(v.constant);
    }
    put(id, ops::dense_view(exprs(), block, v.type.dtype, *v.type.shape));
  } else if (v.content) {
    const Operand target = slab_block(bytes_of(*v.type.shape, v.type.dtype));
    add_step(ops::write_sizes_step(v.type.dtype, *v.content, target), -1);
    put(id, ops::dense_view(exprs(), target, v.type.dtype, *v.type.shape));
  } else {
    for (size_t i = 0; i < graph_->captures.size(); ++i)
      if (graph_->captures[i].inner == id)
        put(id, ops::dense_view(
                    exprs(), new_block(PlanBlock::Kind::kCapture, static_cast<int32_t>(i), Expr{}),
                    v.type.dtype, *v.type.shape));
  }
  return *places_[static_cast<size_t>(id)];
}

View PlanBuilder::dense_place(ValueId id) {
  const View view = place(id);
  if (ops::is_dense(exprs(), view)) return view;
  std::optional<View>& copy = dense_[static_cast<size_t>(id)];
  if (!copy) {
    const Operand target = slab_block(bytes_of(view.shape, view.dtype));
    add_step(ops::copy_step(exprs(), view, target), -1);
    copy = ops::dense_view(exprs(), target, view.dtype, view.shape);
  }
  return *copy;
}

// A graph output is written straight into the caller's memory.
Operand PlanBuilder::output_block(ValueId id) {
  const graph::TensorType& type = value(id).type;
  const Expr bytes = bytes_of(*type.shape, type.dtype);
  const auto at = std::find(graph_->outputs.begin(), graph_->outputs.end(), id);
  const Operand made = at == graph_->outputs.end()
                           ? slab_block(bytes)
                           : new_block(PlanBlock::Kind::kOutput,
                                       static_cast<int32_t>(at - graph_->outputs.begin()), bytes);
  put(id, ops::dense_view(exprs(), made, type.dtype, *type.shape));
  return made;
}

void PlanBuilder::add_step(ops::Lowering::StepSpec spec, NodeId node) {
  steps_.push_back({std::move(spec), node, segment_, 0, 0});
}

void PlanBuilder::count_uses() {
  const graph::Uses uses(*graph_);
  uses_left_.resize(graph_->values.size());
  for (size_t v = 0; v < uses_left_.size(); ++v)
    uses_left_[v] = static_cast<int>(uses.count(static_cast<ValueId>(v)));
}

// True when no step after this node's reads anything of the memory that holds `id`.
bool PlanBuilder::last_use(ValueId id, const Node& node) const {
  const auto& view = places_[static_cast<size_t>(id)];
  if (!view) return false;
  for (ValueId v : values_on_block_[static_cast<size_t>(view->operand.block)]) {
    const auto own = std::count(node.inputs.begin(), node.inputs.end(), v);
    if (uses_left_[static_cast<size_t>(v)] > own || own > 1) return false;
    // Another operand of this node must not lie in memory that is being written.
    if (own == 1 && v != id) return false;
  }
  return true;
}

// All that the node makes is known as expressions.
bool PlanBuilder::folds_away(const Node& node) const {
  for (ValueId v : node.outputs) {
    if (v == kNoValue) continue;
    if (!value(v).content) return false;
    for (const graph::ElementSymbol& element : graph_->element_symbols)
      if (element.value == v) return false;
  }
  return true;
}

Status PlanBuilder::lower_node(NodeId id) {
  const Node& node = graph_->node(id);
  if (node.dead) return Status();
  bool ends_segment = false;
  if (!folds_away(node)) {
    NodeLowering lowering(*this, id);
    INLAY_TRY(ops::find_op(node.domain, node.op_type, node.version)->lower(lowering));
    ends_segment = lowering.ends_segment();
    for (ValueId v : node.outputs)
      if (v != kNoValue && !places_[static_cast<size_t>(v)])
        return internal_error("{}: output {} was not lowered", describe(*graph_, node),
                              quote(value(v).name));
  }
  for (ValueId v : node.inputs)
    if (v != kNoValue) --uses_left_[static_cast<size_t>(v)];
  const size_t before = elements_.size();
  INLAY_TRY(read_elements(node));
  if (ends_segment || elements_.size() > before) close_segment();
  return Status();
}

Status PlanBuilder::read_elements(const Node& node) {
  for (const graph::ElementSymbol& element : graph_->element_symbols) {
    if (std::find(node.outputs.begin(), node.outputs.end(), element.value) == node.outputs.end())
      continue;
    const View view = dense_place(element.value);
    const Expr step = exprs().constant(element.index * graph::dtype_bytes(view.dtype));
    elements_.push_back({view.operand.block, exprs().add(view.operand.byte_offset, step),
                         view.dtype, element.symbol, segment_});
    note_defined(element.symbol, segment_ + 1);
  }
  return Status();
}

Status PlanBuilder::finish_outputs() {
  for (size_t i = 0; i < graph_->outputs.size(); ++i) {
    const ValueId id = graph_->outputs[i];
    const graph::Value& v = value(id);
    View view = place(id);
    const PlanBlock& block = plan_->blocks[static_cast<size_t>(view.operand.block)];
    const bool in_place = block.kind == PlanBlock::Kind::kOutput &&
                          block.index == static_cast<int32_t>(i) && ops::is_dense(exprs(), view);
    if (!in_place) {
      const Operand target = new_block(PlanBlock::Kind::kOutput, static_cast<int32_t>(i),
                                       bytes_of(view.shape, view.dtype));
      add_step(ops::copy_step(exprs(), view, target), -1);
      view.operand = target;
    }
    plan_->outputs.push_back({{v.name, v.type.dtype, *v.type.shape}, view.operand.block, {}, 0});
  }
  return Status();
}

// Neighbours that go over the same elements become one step, so that what is between them stays near.
void PlanBuilder::join_steps() {
  std::vector<BuiltStep> joined;
  for (BuiltStep& step : steps_) {
    if (!joined.empty() && joined.back().segment == step.segment) {
      BuiltStep& before = joined.back();
      if (auto spec = ops::join_elementwise(before.spec, step.spec)) {
        before.spec = std::move(*spec);
        ++before.joined;
        continue;
      }
    }
    joined.push_back(std::move(step));
  }
  steps_ = std::move(joined);
}

int32_t PlanBuilder::known_in_segment(Expr e) const {
  graph::ExprProgram program;
  program.add(*graph_->exprs, e);
  int32_t segment = 0;
  for (SymbolId symbol : program.symbols()) {
    const auto found = defined_in_.find(symbol);
    if (found != defined_in_.end()) segment = std::max(segment, found->second);
  }
  return segment;
}

Status PlanBuilder::finish_segments() {
  plan_->segments.resize(static_cast<size_t>(segment_) + 1);
  const auto segment_of = [&](int32_t s) -> PlanSegment& {
    return plan_->segments[static_cast<size_t>(std::min(s, segment_))];
  };
  std::vector<int32_t> first(plan_->blocks.size(), INT32_MAX), last(plan_->blocks.size(), -1);
  for (size_t i = 0; i < steps_.size(); ++i) {
    BuiltStep& built = steps_[i];
    PlanSegment& segment = segment_of(built.segment);
    PlanStep step;
    step.run = built.spec.run;
    step.params = std::move(built.spec.params);
    step.node = built.node;
    step.joined = built.joined;
    step.subgraph_begin = built.subgraph_begin;
    step.data_output_begin = built.data_output_begin;
    step.operand_begin = static_cast<uint32_t>(plan_->operands.size());
    step.operand_count = static_cast<uint32_t>(built.spec.operands.size());
    for (const Operand& operand : built.spec.operands) {
      plan_->operands.push_back({operand.block, segment.program.add(exprs(), operand.byte_offset)});
      if (operand.block < 0) continue;
      const auto block = static_cast<size_t>(operand.block);
      first[block] = std::min(first[block], static_cast<int32_t>(i));
      last[block] = static_cast<int32_t>(i);
      plan_->blocks[block].segment = std::min(plan_->blocks[block].segment, built.segment);
    }
    step.size_begin = static_cast<uint32_t>(segment.size_slots.size());
    step.size_count = static_cast<uint32_t>(built.spec.sizes.size());
    for (Expr e : built.spec.sizes) segment.size_slots.push_back(segment.program.add(exprs(), e));
    if (segment.step_end == 0) segment.step_begin = static_cast<int32_t>(i);
    segment.step_end = static_cast<int32_t>(i) + 1;
    plan_->steps.push_back(std::move(step));
  }
  for (const BuiltElement& e : elements_) {
    PlanSegment& segment = segment_of(e.segment);
    segment.elements.push_back(
        {e.block, segment.program.add(exprs(), e.byte_offset), e.dtype, e.symbol});
    last[static_cast<size_t>(e.block)] = static_cast<int32_t>(steps_.size());
  }
  for (const BuiltGrowth& growth : growths_) {
    PlanSegment& segment = segment_of(growth.segment);
    segment.growths.push_back({growth.state, segment.state_program.add(exprs(), growth.length),
                               plan_->states[static_cast<size_t>(growth.state)].capacity});
  }
  // Blocks in the order of their first steps; blocks that no step touches need no memory.
  std::vector<int32_t> by_first;
  for (size_t b = 0; b < plan_->blocks.size(); ++b) {
    plan_->blocks[b].first_step = first[b];
    plan_->blocks[b].last_step = last[b];
    if (plan_->blocks[b].kind == PlanBlock::Kind::kSlab && last[b] >= 0)
      by_first.push_back(static_cast<int32_t>(b));
    if (plan_->blocks[b].kind == PlanBlock::Kind::kConstant && last[b] >= 0)
      packs_.keep_raw(plan_->constants[static_cast<size_t>(plan_->blocks[b].index)]);
  }
  std::stable_sort(by_first.begin(), by_first.end(), [&](int32_t a, int32_t b) {
    return first[static_cast<size_t>(a)] < first[static_cast<size_t>(b)];
  });
  for (int32_t b : by_first) {
    const PlanBlock& block = plan_->blocks[static_cast<size_t>(b)];
    PlanSegment& segment = segment_of(block.segment);
    segment.slab_blocks.push_back(b);
    segment.slab_byte_slots.push_back(segment.program.add(exprs(), block.bytes));
  }
  for (size_t i = 0; i < plan_->outputs.size(); ++i) {
    PlanOutput& output = plan_->outputs[i];
    const PlanBlock& block = plan_->blocks[static_cast<size_t>(output.block)];
    PlanSegment& segment = segment_of(block.segment);
    segment.outputs.push_back(static_cast<int32_t>(i));
    output.bytes_slot = segment.program.add(exprs(), block.bytes);
    for (Expr e : output.tensor.shape)
      output.shape_slots.push_back(segment.program.add(exprs(), e));
  }
  for (const graph::SizeCheck& check : graph_->checks) {
    const int32_t at = std::max(known_in_segment(check.a), known_in_segment(check.b));
    PlanSegment& segment = segment_of(at);
    const uint32_t a = segment.program.add(exprs(), check.a);
    segment.checks.push_back({a, segment.program.add(exprs(), check.b), check.node, check.what});
  }
  return Status();
}

Result<std::shared_ptr<const Plan>> PlanBuilder::build() {
  add_inputs();
  add_states();
  count_uses();
  for (NodeId id : graph_->order) INLAY_TRY(lower_node(id));
  INLAY_TRY(finish_outputs());
  join_steps();
  INLAY_TRY(finish_segments());
  plan_->bindings = std::make_unique<BindingCache[]>(plan_->segments.size());
  return std::shared_ptr<const Plan>(std::move(plan_));
}

Plan::Plan() = default;
Plan::~Plan() = default;

namespace {
std::atomic<int64_t> build_count{0};
}

int64_t plan_build_count() { return build_count.load(std::memory_order_relaxed); }

Result<std::shared_ptr<const Plan>> build_plan(std::shared_ptr<const graph::Graph> graph,
                                               PackStore& packs) {
  build_count.fetch_add(1, std::memory_order_relaxed);
  PlanBuilder builder(std::move(graph), packs);
  return builder.build();
}

}  // namespace inlay::runtime
