// What an operator's lowering sees and makes: operands, views and steps.
//
// The builder behind Lowering (runtime/) decides where blocks lie; an operator says only what is read,
// written and how long it is. Sizes are expressions that a step finds as integers in StepCall::sizes, in
// the order in which they were given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/thread_pool.h"
#include "graph/graph.h"

namespace inlay::ops {

using graph::DType;
using graph::Expr;
using graph::ExprPool;
using graph::Shape;

class RunServices;

// Everything that a step has while it runs.
struct StepCall {
  std::byte* const* data;  // an address an operand, in the order of read/write/scratch
  const int64_t* sizes;
  const void* params;
  RunServices& run;

  template <class T>
  T* at(size_t operand) const {
    return reinterpret_cast<T*>(data[operand]);
  }
  template <class Params>
  const Params& as() const {
    return *static_cast<const Params*>(params);
  }
};
using StepFn = Status (*)(const StepCall&);

// What a run offers to a step besides its operands.
class RunServices {
 public:
  virtual ThreadPool& pool() = 0;
  virtual bool cancelled() const = 0;
  // Memory of the step's own until it ends, 64-byte aligned, contents undefined.
  virtual Result<std::byte*> scratch(int64_t bytes) = 0;
  // Memory for a data-sized output (Lowering::data_sized_output), which lives to the end of the run; the
  // sizes become known to the steps that follow. `output` counts the step's data-sized outputs.
  virtual Result<std::byte*> allocate(int output, std::span<const int64_t> shape) = 0;
  // Runs the step's subgraph `index`: inputs in the order of Graph::inputs, captures are in place.
  struct SubgraphTensor {
    const std::byte* data = nullptr;
    std::vector<int64_t> shape;
    std::shared_ptr<void> owner;  // of outputs
  };
  virtual Result<std::vector<SubgraphTensor>> run_subgraph(
      int index, std::span<const SubgraphTensor> inputs) = 0;

 protected:
  ~RunServices() = default;
};

// A block of memory of the plan with an offset.
struct Operand {
  int32_t block = -1;  // -1: left out, its address is null
  Expr byte_offset;
};

// A tensor in memory with a stride an axis, in elements.
struct View {
  Operand operand;
  DType dtype;
  Shape shape;
  std::vector<Expr> strides;
};

// Constants laid out for a kernel once, on first use.
struct PackPart {
  graph::TensorRef tensor;
  int64_t offset = 0;    // of the first element
  int64_t k = 0, n = 0;  // element (k, n) lies at offset + k * k_stride + n * n_stride
  int64_t k_stride = 0, n_stride = 0;
  float scale = 1;
  bool operator==(const PackPart&) const = default;
};
struct PackRecipe;
// How a kind of packing is done; one constant for each, compared by address.
struct PackLayout {
  const char* name;
  Result<int64_t> (*bytes)(const PackRecipe&);
  int64_t (*units)(const PackRecipe&);  // independent pieces that threads may share
  void (*pack)(const PackRecipe&, int64_t unit, std::byte* target);
  // Steps can do without: the first run that needs the bytes finds the address null.
  bool optional;
};
// Parts side by side along n.
struct PackRecipe {
  const PackLayout* layout = nullptr;
  std::vector<PackPart> parts;
  int64_t k = 0, n = 0;
  bool operator==(const PackRecipe&) const = default;
};

class Lowering {
 public:
  const graph::Graph& graph() const { return graph_; }
  const graph::Node& node() const { return node_; }
  ExprPool& exprs() { return *graph_.exprs; }
  Expr constant(int64_t value) { return exprs().constant(value); }

  bool has(size_t input) const { return node_.input(input) != graph::kNoValue; }
  bool wants(size_t output) const { return node_.output(output) != graph::kNoValue; }
  const graph::TensorType& input_type(size_t i) const { return graph_.value(node_.input(i)).type; }
  const graph::TensorType& output_type(size_t i) const {
    return graph_.value(node_.output(i)).type;
  }
  const Shape& input_shape(size_t i) const { return *input_type(i).shape; }
  const Shape& output_shape(size_t i) const { return *output_type(i).shape; }
  graph::TensorRef constant_tensor(size_t i) const { return graph_.value(node_.input(i)).constant; }
  Expr count(const Shape& shape) { return exprs().product(shape); }

  // An input as a row-major tensor without gaps; a copy is made where it is a view with others strides.
  // An input that is left out gives Operand{-1}.
  virtual Operand dense(size_t input) = 0;
  // An input as it lies.
  virtual View view(size_t input) = 0;
  // The constant that an input is a view of, if it is one: tensor, offset and strides as integers.
  virtual std::optional<PackPart> constant_view(size_t input) = 0;

  // Memory for an output, row-major. An output that is left out gives Operand{-1}.
  virtual Operand output(size_t output) = 0;
  // The same memory as input `over`, if this step is its last reader, it is as large and it is the
  // plan's own; else new memory. Element i may be written only after element i was read.
  virtual Operand output_over(size_t output, size_t over) = 0;
  // An output whose shape has sizes that the step says through RunServices::allocate.
  virtual void data_sized_output(size_t output) = 0;
  // Output `output` lies where a view says, or is a view of input `input`: no step, no memory.
  virtual void put_view(size_t output, View view) = 0;
  virtual void alias(size_t output, size_t input, Expr element_offset,
                     std::vector<Expr> strides) = 0;
  // The same where both are row-major and only the shape differs. Copies a view that is not dense.
  virtual void alias_dense(size_t output, size_t input) = 0;

  // Memory of the plan's own, for outputs that share it.
  virtual Operand memory(Expr bytes) = 0;
  virtual Operand packed(PackRecipe recipe) = 0;
  // A state's memory with its strides; its length grows to `length` when the run succeeds.
  virtual View grow_state(size_t index, Expr length) = 0;
  // The elements along a state's axis that its memory has room for.
  virtual Expr state_capacity(size_t index) = 0;
  // Makes a subgraph's plan part of this step; returns its index for RunServices::run_subgraph.
  virtual Result<int> subgraph(const graph::Graph& graph) = 0;

  // The step itself: operands in order, then its sizes. At most one call a lowering is usual, more are fine.
  struct StepSpec {
    StepFn run;
    std::vector<Operand> operands;
    std::vector<Expr> sizes;
    std::shared_ptr<const void> params;
  };
  virtual void step(StepSpec spec) = 0;

  template <class... Args>
  Status error(std::string_view pattern, const Args&... args) const {
    return invalid("{}: {}", describe(graph_, node_), format(pattern, args...));
  }

 protected:
  Lowering(const graph::Graph& graph, const graph::Node& node) : graph_(graph), node_(node) {}
  ~Lowering() = default;

 private:
  const graph::Graph& graph_;
  const graph::Node& node_;
};

// Row-major strides of a shape, in elements.
std::vector<Expr> row_major(ExprPool& exprs, const Shape& shape);

}  // namespace inlay::ops
