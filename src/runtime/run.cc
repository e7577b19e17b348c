#include "runtime/run.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "runtime/binding.h"
#include "runtime/pack_store.h"

namespace inlay::runtime {
namespace {

using graph::shape_text;

constexpr int64_t kUnset = INT64_MIN;

int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

int64_t read_integer(const std::byte* data, DType dtype) {
  if (dtype == DType::kInt64) {
    int64_t wide;
    std::memcpy(&wide, data, sizeof wide);
    return wide;
  }
  int32_t narrow;
  std::memcpy(&narrow, data, sizeof narrow);
  return narrow;
}

// A plan on its way through its segments. A subgraph's run is a Run of its own with the symbols and the
// captured addresses of the one around it.
class Run final : public ops::RunServices {
 public:
  Run(const Plan& plan, RunContext& context)
      : plan_(plan),
        context_(context),
        addresses_(plan.blocks.size(), nullptr),
        symbols_(plan.graph->exprs->symbol_count(), kUnset),
        outputs_(plan.outputs.size()) {}

  // For a subgraph: what is known around it, and where its captures lie.
  void inherit(const Run& outer, std::span<std::byte* const> captures) {
    symbols_ = outer.symbols_;
    size_t next = 0;
    for (size_t b = 0; b < plan_.blocks.size(); ++b)
      if (plan_.blocks[b].kind == PlanBlock::Kind::kCapture) addresses_[b] = captures[next++];
  }

  Result<std::vector<OutputTensor>> run(std::span<const TensorView> inputs) {
    INLAY_TRY(bind_inputs(inputs));
    INLAY_TRY(place_constants());
    INLAY_TRY(bind_state());
    for (size_t s = 0; s < plan_.segments.size(); ++s) INLAY_TRY(run_segment(s));
    commit_state();
    return std::move(outputs_);
  }

  ThreadPool& pool() override { return context_.pool; }
  bool cancelled() const override {
    return context_.cancel && context_.cancel->load(std::memory_order_relaxed);
  }

  Result<std::byte*> scratch(int64_t bytes) override {
    const auto fits = [&](const Slab& slab) { return slab.size() >= static_cast<size_t>(bytes); };
    const auto spare = std::find_if(spare_scratch_.begin(), spare_scratch_.end(), fits);
    if (spare == spare_scratch_.end()) {
      INLAY_ASSIGN(Slab slab, context_.slabs.lease(static_cast<size_t>(bytes)));
      step_scratch_.push_back(std::move(slab));
    } else {
      step_scratch_.push_back(std::move(*spare));
      spare_scratch_.erase(spare);
    }
    return step_scratch_.back().data();
  }

  Result<std::byte*> allocate(int output, std::span<const int64_t> shape) override {
    const DataOutput& data =
        plan_.data_outputs[static_cast<size_t>(step_->data_output_begin + output)];
    int64_t bytes = graph::dtype_bytes(data.dtype);
    for (int64_t size : shape)
      if (size < 0 || __builtin_mul_overflow(bytes, size, &bytes))
        return out_of_memory("{}: a tensor of shape {} is too large", quote(data.name),
                             shape_text(shape));
    INLAY_ASSIGN(Block block, context_.allocate(static_cast<size_t>(bytes)));
    for (const DataOutput::Axis& axis : data.axes)
      symbols_[axis.symbol] = shape[static_cast<size_t>(axis.axis)];
    addresses_[static_cast<size_t>(data.block)] = block.data();
    arena_.push_back(std::move(block));
    return addresses_[static_cast<size_t>(data.block)];
  }

  Result<std::vector<SubgraphTensor>> run_subgraph(
      int index, std::span<const SubgraphTensor> inputs) override {
    const Plan::Subgraph& sub = plan_.subgraphs[static_cast<size_t>(step_->subgraph_begin + index)];
    std::vector<std::byte*> captures;
    for (uint32_t operand : sub.capture_operands) captures.push_back(data_[operand]);
    std::vector<TensorView> views;
    for (size_t i = 0; i < inputs.size(); ++i)
      views.push_back({sub.plan->inputs[i].dtype, inputs[i].shape, inputs[i].data});
    Run inner(*sub.plan, context_);
    inner.inherit(*this, captures);
    INLAY_ASSIGN(std::vector<OutputTensor> made, inner.run(views));
    std::vector<SubgraphTensor> out;
    for (OutputTensor& tensor : made)
      out.push_back({tensor.data(), std::move(tensor.shape), tensor.memory});
    return out;
  }

 private:
  Status bind_inputs(std::span<const TensorView> inputs) {
    for (size_t i = 0; i < plan_.inputs.size(); ++i) {
      const PlanTensor& expected = plan_.inputs[i];
      const TensorView& given = inputs[i];
      bool fits = given.dtype == expected.dtype && given.shape.size() == expected.shape.size();
      for (size_t axis = 0; fits && axis < expected.shape.size(); ++axis)
        fits = bind_size(expected.shape[axis], given.shape[axis]);
      if (!fits)
        return invalid("input {}: expected {} {}, found {} {}", quote(expected.name),
                       graph::dtype_text(expected.dtype), shape_text(exprs(), expected.shape),
                       graph::dtype_text(given.dtype), shape_text(given.shape));
    }
    for (size_t b = 0; b < plan_.blocks.size(); ++b)
      if (plan_.blocks[b].kind == PlanBlock::Kind::kInput)  // steps never write to inputs
        addresses_[b] =
            const_cast<std::byte*>(inputs[static_cast<size_t>(plan_.blocks[b].index)].data);
    for (const InputElement& element : plan_.input_elements) {
      const TensorView& given = inputs[static_cast<size_t>(element.input)];
      symbols_[element.symbol] =
          read_integer(given.data + element.index * graph::dtype_bytes(given.dtype), given.dtype);
    }
    return Status();
  }

  // Sets a symbol, or compares with what it or the constant already is.
  bool bind_size(Expr expected, int64_t size) {
    if (const auto number = exprs().value(expected)) return *number == size;
    const auto symbol = exprs().as_shifted_symbol(expected);
    if (!symbol || size < 0) return size >= 0;
    int64_t& value = symbols_[symbol->symbol];
    if (value == kUnset) value = size - symbol->shift;
    return value == size - symbol->shift && value >= 0;
  }

  Status place_constants() {
    for (size_t b = 0; b < plan_.blocks.size(); ++b) {
      const PlanBlock& block = plan_.blocks[b];
      const auto index = static_cast<size_t>(block.index);
      if (block.kind == PlanBlock::Kind::kConstant) {  // steps never write to constants
        addresses_[b] = const_cast<std::byte*>(plan_.constants[index]->data.data());
      } else if (block.kind == PlanBlock::Kind::kPacked) {
        INLAY_ASSIGN(const std::byte* packed,
                     context_.packs.get(*plan_.packed[index], context_.pool));
        addresses_[b] = const_cast<std::byte*>(packed);
      }
    }
    return Status();
  }

  Status bind_state() {
    if (plan_.states.empty()) return Status();
    if (!context_.state)
      return invalid("the model keeps state between runs: expected a state object");
    if (context_.state->count() != plan_.states.size())
      return invalid("expected a state of this session, found one of another");
    for (size_t i = 0; i < plan_.states.size(); ++i)
      symbols_[plan_.states[i].length] = context_.state->tensor(i).length;
    return Status();
  }

  Status grow_states(const PlanSegment& segment) {
    if (segment.growths.empty()) return Status();
    std::vector<int64_t> slots(segment.state_program.slot_count());
    INLAY_TRY(segment.state_program.evaluate(symbols_, slots));
    for (const StateGrowth& growth : segment.growths) {
      const auto index = static_cast<size_t>(growth.state);
      const int64_t length = slots[growth.length_slot];
      INLAY_TRY(context_.state->reserve(index, state_shape(plan_.states[index]), length));
      symbols_[growth.capacity] = context_.state->tensor(index).capacity;
      committed_.push_back({index, length});
      for (size_t b = 0; b < plan_.blocks.size(); ++b)
        if (plan_.blocks[b].kind == PlanBlock::Kind::kState &&
            plan_.blocks[b].index == growth.state)
          addresses_[b] = context_.state->tensor(index).memory.data();
    }
    return Status();
  }

  // A state's sizes as this run's symbols say; its own axis does not count.
  std::vector<int64_t> state_shape(const PlanState& state) const {
    std::vector<int64_t> shape;
    for (Expr e : state.tensor.shape) {
      const auto symbol = exprs().as_symbol(e);
      shape.push_back(symbol ? symbols_[*symbol] : exprs().value(e).value_or(0));
    }
    return shape;
  }

  void commit_state() {
    for (const auto& [index, length] : committed_) context_.state->tensor(index).length = length;
  }

  Status run_segment(size_t index) {
    const PlanSegment& segment = plan_.segments[index];
    INLAY_TRY(grow_states(segment));
    INLAY_ASSIGN(const auto binding, plan_.bindings[index].get(plan_, index, symbols_));
    INLAY_TRY(place_slab(segment, *binding));
    INLAY_TRY(place_outputs(segment, *binding));
    for (int32_t s = segment.step_begin; s < segment.step_end; ++s) {
      INLAY_TRY(check_cancelled());
      INLAY_TRY(run_step(plan_.steps[static_cast<size_t>(s)], *binding));
    }
    INLAY_TRY(check_cancelled());  // a step that is cancelled leaves its output as it is
    for (const PlanElement& element : segment.elements)
      symbols_[element.symbol] = read_integer(
          addresses_[static_cast<size_t>(element.block)] + binding->slots[element.offset_slot],
          element.dtype);
    return Status();
  }

  Status check_cancelled() const {
    return cancelled() ? Status(StatusCode::kCancelled, "the run was cancelled") : Status();
  }

  Status place_slab(const PlanSegment& segment, const SegmentBinding& binding) {
    if (binding.slab_bytes == 0) {
      for (int32_t b : segment.slab_blocks) addresses_[static_cast<size_t>(b)] = empty_block();
      return Status();
    }
    INLAY_ASSIGN(Slab slab, context_.slabs.lease(static_cast<size_t>(binding.slab_bytes)));
    for (size_t i = 0; i < segment.slab_blocks.size(); ++i)
      addresses_[static_cast<size_t>(segment.slab_blocks[i])] =
          slab.data() + binding.slab_offsets[i];
    slabs_.push_back(std::move(slab));
    return Status();
  }

  Status place_outputs(const PlanSegment& segment, const SegmentBinding& binding) {
    for (int32_t o : segment.outputs) {
      const PlanOutput& output = plan_.outputs[static_cast<size_t>(o)];
      OutputTensor& tensor = outputs_[static_cast<size_t>(o)];
      tensor.dtype = output.tensor.dtype;
      for (uint32_t slot : output.shape_slots) {
        if (binding.slots[slot] < 0)
          return invalid("{}: output {}: its shape would be negative",
                         maker_of(static_cast<size_t>(o)), quote(output.tensor.name));
        tensor.shape.push_back(binding.slots[slot]);
      }
      auto block = context_.allocate_output(static_cast<size_t>(binding.slots[output.bytes_slot]));
      if (!block.ok())
        return std::move(block).status().at(
            format("{}: output {} of {}", maker_of(static_cast<size_t>(o)),
                   quote(output.tensor.name), graph::shape_text(tensor.shape)));
      tensor.memory = std::move(*block);
      addresses_[static_cast<size_t>(output.block)] = tensor.memory->data();
    }
    return Status();
  }

  // The node that makes an output, in words.
  std::string maker_of(size_t output) const {
    const graph::Graph& graph = *plan_.graph;
    for (graph::NodeId id : graph.order) {
      const auto& made = graph.node(id).outputs;
      if (std::find(made.begin(), made.end(), graph.outputs[output]) != made.end())
        return describe(graph, graph.node(id));
    }
    return "model";
  }

  Status run_step(const PlanStep& step, const SegmentBinding& binding) {
    // A step with a subgraph comes back here through another Run; its own table must survive.
    data_.resize(step.operand_count);
    for (uint32_t i = 0; i < step.operand_count; ++i) {
      const PlanOperand& operand = plan_.operands[step.operand_begin + i];
      data_[i] = operand.block < 0 ? nullptr
                                   : addresses_[static_cast<size_t>(operand.block)] +
                                         binding.slots[operand.offset_slot];
    }
    step_ = &step;
    const ops::StepCall call{data_.data(), binding.sizes.data() + step.size_begin,
                             step.params.get(), *this};
    const int64_t begin = context_.profile ? now_ns() : 0;
    Status status = step.run(call);
    put_scratch_aside();
    if (context_.profile) record(step, begin, now_ns() - begin);
    if (!status.ok() && step.node >= 0 && status.code() != StatusCode::kCancelled)
      return std::move(status).at(describe(*plan_.graph, plan_.graph->node(step.node)));
    return status;
  }

  void record(const PlanStep& step, int64_t begin_ns, int64_t duration_ns) {
    const graph::Node* node = step.node < 0 ? nullptr : &plan_.graph->node(step.node);
    std::string what = node ? node->op_type : "Copy";
    if (step.joined > 0) what += format(" and {} more", step.joined);
    context_.profile->add(
        {std::move(what), node ? node->name : "", context_.profile_run, begin_ns, duration_ns});
  }

  // Little pieces wait for the next step: asking the pool for them would take longer than many a step.
  void put_scratch_aside() {
    constexpr size_t kLittle = 1 << 20, kMost = 4;
    for (Slab& slab : step_scratch_)
      if (slab.size() <= kLittle && spare_scratch_.size() < kMost)
        spare_scratch_.push_back(std::move(slab));
    step_scratch_.clear();
  }

  // An address for blocks of no bytes.
  static std::byte* empty_block() {
    alignas(64) static std::byte empty[64];
    return empty;
  }

  const graph::ExprPool& exprs() const { return *plan_.graph->exprs; }

  const Plan& plan_;
  RunContext& context_;
  std::vector<std::byte*> addresses_;  // of blocks
  std::vector<int64_t> symbols_;
  std::vector<OutputTensor> outputs_;
  std::vector<Slab> slabs_;
  std::vector<Slab> step_scratch_, spare_scratch_;
  std::vector<Block> arena_;
  std::vector<std::byte*> data_;  // of the present step's operands
  const PlanStep* step_ = nullptr;
  std::vector<std::pair<size_t, int64_t>> committed_;
};

}  // namespace

Result<Block> RunContext::allocate(size_t bytes) {
  auto block = Block::allocate(bytes, budget);
  if (block.ok()) return block;
  slabs.trim();
  return Block::allocate(bytes, budget);
}

Result<std::shared_ptr<Block>> RunContext::allocate_output(size_t bytes) {
  if (bytes < Block::kLargeBytes) {
    INLAY_ASSIGN(Block block, allocate(bytes));
    return std::make_shared<Block>(std::move(block));
  }
  INLAY_ASSIGN(Slab leased, slabs.lease(bytes, SlabPool::Fit::kClose));
  const auto slab = std::make_shared<Slab>(std::move(leased));
  return std::shared_ptr<Block>(slab, &slab->block());
}

int64_t OutputTensor::count() const {
  int64_t product = 1;
  for (int64_t size : shape) product *= size;
  return product;
}

Status RunContext::reserve(int64_t bytes) {
  if (bytes < 0 || bytes > INT64_MAX - object_bytes)
    return out_of_memory("objects of more than {} bytes are too large", object_bytes);
  if (budget) INLAY_TRY(budget->take(static_cast<uint64_t>(bytes)));
  object_bytes += bytes;
  return Status();
}

void RunContext::release(int64_t bytes) {
  object_bytes -= bytes;
  if (budget) budget->give(static_cast<uint64_t>(bytes));
}

Result<std::vector<OutputTensor>> run_plan(const Plan& plan, RunContext& context,
                                           std::span<const TensorView> inputs) {
  const ThreadPool::Region region(context.pool);
  Run run(plan, context);
  return run.run(inputs);
}

}  // namespace inlay::runtime
