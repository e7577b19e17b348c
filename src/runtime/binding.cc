#include "runtime/binding.h"

#include <algorithm>

namespace inlay::runtime {
namespace {

constexpr int64_t kAlignment = 64;
constexpr int64_t kMaxSlabBytes = int64_t{1} << 46;

std::string place_of(const Plan& plan, graph::NodeId node) {
  return node < 0 ? "model" : describe(*plan.graph, plan.graph->node(node));
}

bool has_value(const graph::ExprPool& exprs, graph::Expr e, std::span<const int64_t> symbols) {
  graph::ExprProgram program;
  program.add(exprs, e);
  for (graph::SymbolId symbol : program.symbols())
    if (symbols[symbol] == INT64_MIN) return true;  // not known yet
  std::vector<int64_t> slots(program.slot_count());
  return program.evaluate(symbols, slots).ok();
}

// The first node of whose sizes or contents one has no value for these symbols.
std::string place_without_value(const Plan& plan, std::span<const int64_t> symbols) {
  const graph::Graph& graph = *plan.graph;
  const auto lack = [&](const std::vector<graph::Expr>& sizes) {
    return std::any_of(sizes.begin(), sizes.end(),
                       [&](graph::Expr e) { return !has_value(*graph.exprs, e, symbols); });
  };
  for (graph::NodeId id : graph.order)
    for (graph::ValueId output : graph.node(id).outputs) {
      if (output == graph::kNoValue) continue;
      const graph::Value& value = graph.value(output);
      if ((value.type.shape && lack(*value.type.shape)) || (value.content && lack(*value.content)))
        return place_of(plan, id);
    }
  return "model";
}

Status check_sizes(const Plan& plan, const PlanSegment& segment, std::span<const int64_t> slots) {
  for (const PlanCheck& check : segment.checks)
    if (slots[check.a_slot] != slots[check.b_slot])
      return invalid("{}: {}: expected equal sizes, found {} and {}", place_of(plan, check.node),
                     check.what, slots[check.a_slot], slots[check.b_slot]);
  return Status();
}

Status check_bytes(const Plan& plan, const PlanBlock& block, int64_t bytes) {
  const auto place = [&] {
    return place_of(plan, plan.steps[static_cast<size_t>(block.first_step)].node);
  };
  if (bytes < 0) return invalid("{}: a tensor would have a negative size", place());
  if (bytes > kMaxSlabBytes)
    return out_of_memory("{}: a tensor would need {} bytes", place(), bytes);
  return Status();
}

}  // namespace

int64_t lay_out(std::span<const int64_t> bytes, std::span<const int32_t> first,
                std::span<const int32_t> last, std::span<int64_t> offsets) {
  // First fit among the blocks that are alive, which are kept by offset.
  struct Live {
    int64_t begin, end;
    int32_t last;
  };
  std::vector<Live> live;
  int64_t total = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::erase_if(live, [&](const Live& l) { return l.last < first[i]; });
    const int64_t size = (bytes[i] + kAlignment - 1) / kAlignment * kAlignment;
    int64_t at = 0;
    auto position = live.begin();
    for (; position != live.end(); ++position) {
      if (position->begin - at >= size) break;
      at = std::max(at, position->end);
    }
    offsets[i] = at;
    live.insert(position, {at, at + size, last[i]});
    total = std::max(total, at + size);
  }
  return total;
}

Result<std::shared_ptr<const SegmentBinding>> bind_segment(const Plan& plan, size_t segment_index,
                                                           std::span<const int64_t> symbol_values) {
  const PlanSegment& segment = plan.segments[segment_index];
  auto binding = std::make_shared<SegmentBinding>();
  for (graph::SymbolId symbol : segment.program.symbols())
    binding->symbols.push_back(symbol_values[symbol]);
  binding->slots.resize(segment.program.slot_count());
  Status evaluated = segment.program.evaluate(symbol_values, binding->slots);
  if (!evaluated.ok()) return std::move(evaluated).at(place_without_value(plan, symbol_values));
  INLAY_TRY(check_sizes(plan, segment, binding->slots));
  binding->sizes.reserve(segment.size_slots.size());
  for (uint32_t slot : segment.size_slots) binding->sizes.push_back(binding->slots[slot]);

  std::vector<int64_t> bytes;
  std::vector<int32_t> first, last;
  for (size_t i = 0; i < segment.slab_blocks.size(); ++i) {
    const PlanBlock& block = plan.blocks[static_cast<size_t>(segment.slab_blocks[i])];
    bytes.push_back(binding->slots[segment.slab_byte_slots[i]]);
    INLAY_TRY(check_bytes(plan, block, bytes.back()));
    first.push_back(block.first_step);
    last.push_back(block.last_step);
  }
  binding->slab_offsets.resize(bytes.size());
  binding->slab_bytes = lay_out(bytes, first, last, binding->slab_offsets);
  return std::shared_ptr<const SegmentBinding>(std::move(binding));
}

std::shared_ptr<const SegmentBinding> BindingCache::find(const graph::ExprProgram& program,
                                                         std::span<const int64_t> symbol_values) {
  const auto symbols = program.symbols();
  for (const auto& binding : recent_) {
    if (!binding) continue;
    bool same = true;
    for (size_t i = 0; i < symbols.size() && same; ++i)
      same = binding->symbols[i] == symbol_values[symbols[i]];
    if (same) return binding;
  }
  return nullptr;
}

Result<std::shared_ptr<const SegmentBinding>> BindingCache::get(
    const Plan& plan, size_t segment, std::span<const int64_t> symbol_values) {
  {
    const std::lock_guard lock(mutex_);
    if (auto found = find(plan.segments[segment].program, symbol_values)) return found;
  }
  INLAY_ASSIGN(auto made, bind_segment(plan, segment, symbol_values));
  const std::lock_guard lock(mutex_);
  recent_[next_] = made;
  next_ = (next_ + 1) % recent_.size();
  return made;
}

}  // namespace inlay::runtime
