// A graph made ready to run: a flat list of kernel calls in segments, with every size an expression.
//
// How a run goes: the inputs' sizes become symbol values; the first segment is *bound* (its expressions are
// evaluated, its blocks are laid out in one slab); its steps are called one after the other with addresses
// from the run's own table. Where a step makes a size that nobody could know before (NonZero, a Loop's
// count, an element read back), the segment ends, the sizes become symbols, and the next one is bound.
//
// Invariants:
//  1. A plan does not change once built; any number of runs may use it at once.
//  2. A binding depends on nothing but the values of the segment's symbols.
//  3. A slab block lives from the segment in which it is written to the last step that reads it; blocks
//     of one segment whose lives do not meet may share memory.
//  4. A step writes only to blocks that are its own: new slab blocks, outputs, state it appends to.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "ops/lowering.h"

namespace inlay::runtime {

using graph::DType;
using graph::Expr;
using graph::Shape;
using graph::SymbolId;

// A block of memory that steps refer to.
struct PlanBlock {
  enum class Kind : uint8_t {
    kSlab,       // the plan's own, in its segment's slab
    kInput,      // the caller's; index: of the graph input
    kOutput,     // handed to the caller; index: of the graph output
    kConstant,   // index: of Plan::constants
    kPacked,     // index: of Plan::packed
    kState,      // index: of Graph::states
    kCapture,    // index: of Graph::captures
    kDataSized,  // allocated by its step; index: of Plan::data_outputs
  };
  Kind kind = Kind::kSlab;
  int32_t index = 0;
  Expr bytes;           // of slab blocks and outputs
  int32_t segment = 0;  // of slab blocks and outputs: where it is first written
  int32_t first_step = 0, last_step = 0;
};

struct PlanStep {
  ops::StepFn run;
  std::shared_ptr<const void> params;
  uint32_t operand_begin = 0, operand_count = 0;  // in Plan::operands
  uint32_t size_begin = 0, size_count = 0;        // in the segment's sizes
  graph::NodeId node = -1;
  int32_t joined = 0;             // further steps that are a part of this one (ops/elementwise.h)
  int32_t subgraph_begin = 0;     // in Plan::subgraphs
  int32_t data_output_begin = 0;  // in Plan::data_outputs
};

// An output whose sizes its step says: each unknown size becomes a symbol.
struct DataOutput {
  int32_t block;
  DType dtype;
  std::string name;
  struct Axis {
    int axis;
    SymbolId symbol;
  };
  std::vector<Axis> axes;
};

// A state grows in this segment to `length`.
struct StateGrowth {
  int32_t state;
  uint32_t length_slot;
  SymbolId capacity;
};

struct PlanOperand {
  int32_t block = -1;
  uint32_t offset_slot = 0;  // of the byte offset
};

struct PlanCheck {
  uint32_t a_slot, b_slot;
  graph::NodeId node;
  std::string what;
};

struct PlanElement {
  int32_t block;
  uint32_t offset_slot;
  DType dtype;
  SymbolId symbol;
};

struct PlanSegment {
  int32_t step_begin = 0, step_end = 0;
  // Lengths of states are settled first, because blocks' strides depend on the capacity.
  graph::ExprProgram state_program;
  std::vector<StateGrowth> growths;
  graph::ExprProgram program;
  std::vector<uint32_t> size_slots;       // for the steps' sizes, in order
  std::vector<int32_t> slab_blocks;       // in the order of their first steps
  std::vector<uint32_t> slab_byte_slots;  // the same order
  std::vector<PlanCheck> checks;
  std::vector<PlanElement> elements;  // read when the segment has run
  std::vector<int32_t> outputs;       // graph outputs first written here
};

struct PlanTensor {
  std::string name;
  DType dtype = DType::kUndefined;
  Shape shape;
};

struct PlanOutput {
  PlanTensor tensor;
  int32_t block;
  std::vector<uint32_t> shape_slots;  // in the program of the block's segment
  uint32_t bytes_slot = 0;
};

// A symbol that is an element of an input: read before the first segment is bound.
struct InputElement {
  int32_t input;
  int64_t index;
  SymbolId symbol;
};

struct PlanState {
  PlanTensor tensor;
  int axis;
  SymbolId length, capacity;
};

class BindingCache;
class PackEntry;
class PackStore;

struct Plan {
  Plan();
  ~Plan();

  std::shared_ptr<const graph::Graph> graph;  // for names in errors, and what keeps constants alive
  std::vector<PlanTensor> inputs;
  std::vector<PlanOutput> outputs;
  std::vector<PlanState> states;
  std::vector<InputElement> input_elements;
  std::vector<PlanBlock> blocks;
  std::vector<PlanStep> steps;
  std::vector<PlanOperand> operands;
  std::vector<PlanSegment> segments;
  std::vector<graph::TensorRef> constants;
  std::vector<PackEntry*> packed;  // of the session's PackStore
  std::vector<DataOutput> data_outputs;
  struct Subgraph {
    std::shared_ptr<const Plan> plan;
    std::vector<uint32_t> capture_operands;  // of the step, an entry a capture block of the subplan
  };
  std::vector<Subgraph> subgraphs;
  std::unique_ptr<BindingCache[]> bindings;  // one a segment; a memo, thread-safe
};

// Builds the plan of a graph whose types were inferred. Packs are registered with `packs`.
Result<std::shared_ptr<const Plan>> build_plan(std::shared_ptr<const graph::Graph> graph,
                                               PackStore& packs);

// How often build_plan ran in this process; tests prove with it that a plan is built once.
int64_t plan_build_count();

}  // namespace inlay::runtime
