#include "ops/evaluate.h"

#include <cstring>

#include "base/block.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

// Lowers a node and runs each step as it comes, on the calling thread.
class Evaluation final : public Lowering, public RunServices {
 public:
  Evaluation(const graph::Graph& graph, const graph::Node& node,
             std::span<const graph::TensorRef> inputs)
      : Lowering(graph, node), inputs_(inputs), pool_(1), places_(node.outputs.size()) {}

  Result<std::vector<graph::TensorRef>> take(Status lowered) {
    INLAY_TRY(std::move(lowered));
    std::vector<graph::TensorRef> out(places_.size());
    for (size_t i = 0; i < out.size() && status_.ok(); ++i)
      if (wants(i)) out[i] = tensor_at(i);
    INLAY_TRY(std::move(status_));
    return out;
  }

  Operand dense(size_t input) override { return has(input) ? view(input).operand : Operand{}; }

  View view(size_t input) override {
    const graph::Tensor& tensor = *inputs_[input];
    const Operand operand = memory(constant(static_cast<int64_t>(tensor.data.size())));
    if (!tensor.data.empty() && status_.ok())
      std::memcpy(addresses_[static_cast<size_t>(operand.block)], tensor.data.data(),
                  tensor.data.size());
    return dense_view(exprs(), operand, tensor.dtype, input_shape(input));
  }

  std::optional<PackPart> constant_view(size_t) override { return {}; }

  Operand output(size_t output) override {
    if (!wants(output)) return {};
    const graph::TensorType& type = output_type(output);
    const Expr bytes = exprs().mul(count(*type.shape), constant(graph::dtype_bytes(type.dtype)));
    const Operand made = memory(bytes);
    places_[output] = dense_view(exprs(), made, type.dtype, *type.shape);
    return made;
  }
  Operand output_over(size_t output_index, size_t) override { return output(output_index); }
  void data_sized_output(size_t) override { refuse("sizes that depend on data"); }

  void put_view(size_t output, View view) override { places_[output] = std::move(view); }
  void alias(size_t output, size_t input, Expr element_offset, std::vector<Expr> strides) override {
    View source = view(input);
    source.operand.byte_offset =
        exprs().mul(element_offset, constant(graph::dtype_bytes(source.dtype)));
    source.shape = output_shape(output);
    source.strides = std::move(strides);
    places_[output] = std::move(source);
  }
  void alias_dense(size_t output, size_t input) override {
    places_[output] =
        dense_view(exprs(), view(input).operand, output_type(output).dtype, output_shape(output));
  }

  Operand memory(Expr bytes) override {
    auto block = Block::allocate(static_cast<size_t>(number(bytes)));
    if (!block.ok()) {
      status_ = std::move(block).status();
      return {};
    }
    addresses_.push_back(block->data());
    blocks_.push_back(std::move(*block));
    return {static_cast<int32_t>(addresses_.size() - 1), constant(0)};
  }
  Operand packed(PackRecipe) override { return refuse("packed weights"); }
  View grow_state(size_t, Expr) override { return {refuse("state"), DType::kUndefined, {}, {}}; }
  Expr state_capacity(size_t) override { return constant(0); }
  Result<int> subgraph(const graph::Graph&) override {
    return unsupported("subgraphs are not evaluated");
  }

  void step(StepSpec spec) override {
    if (!status_.ok()) return;
    std::vector<std::byte*> data;
    for (const Operand& operand : spec.operands)
      data.push_back(operand.block < 0 ? nullptr
                                       : addresses_[static_cast<size_t>(operand.block)] +
                                             number(operand.byte_offset));
    std::vector<int64_t> sizes;
    for (Expr e : spec.sizes) sizes.push_back(number(e));
    if (status_.ok()) status_ = spec.run({data.data(), sizes.data(), spec.params.get(), *this});
  }

  ThreadPool& pool() override { return pool_; }
  bool cancelled() const override { return false; }
  Result<std::byte*> scratch(int64_t bytes) override {
    INLAY_ASSIGN(Block block, Block::allocate(static_cast<size_t>(bytes)));
    blocks_.push_back(std::move(block));
    return blocks_.back().data();
  }
  Result<std::byte*> allocate(int, std::span<const int64_t>) override {
    return unsupported("sizes that depend on data are not evaluated");
  }
  Result<std::vector<SubgraphTensor>> run_subgraph(int, std::span<const SubgraphTensor>) override {
    return unsupported("subgraphs are not evaluated");
  }

 private:
  Operand refuse(std::string_view what) {
    status_ = unsupported("{} are not evaluated", what);
    return {};
  }

  // Sizes of constants are numbers; anything else means that the node needs a run.
  int64_t number(Expr e) {
    const auto value = exprs().value(e);
    if (!value) refuse("sizes that are not numbers");
    return value.value_or(0);
  }

  graph::TensorRef tensor_at(size_t output_index) {
    const View view = *places_[output_index];
    const Operand dense =
        memory(exprs().mul(count(view.shape), constant(graph::dtype_bytes(view.dtype))));
    step(copy_step(exprs(), view, dense));
    if (!status_.ok()) return nullptr;
    std::vector<int64_t> shape;
    int64_t bytes = graph::dtype_bytes(view.dtype);
    for (Expr e : view.shape) {
      shape.push_back(number(e));
      bytes *= shape.back();
    }
    return graph::make_tensor(
        view.dtype, std::move(shape),
        {addresses_[static_cast<size_t>(dense.block)], static_cast<size_t>(bytes)});
  }

  std::span<const graph::TensorRef> inputs_;
  ThreadPool pool_;
  std::vector<std::optional<View>> places_;  // of outputs
  std::vector<std::byte*> addresses_;        // of operands' blocks
  std::vector<Block> blocks_;
  Status status_;
};

}  // namespace

graph::TensorRef tensor_of(const ExprPool& exprs, const graph::Value& value) {
  const int64_t bytes = graph::dtype_bytes(value.type.dtype);
  if (!value.content || !value.type.shape || bytes == 0) return nullptr;
  std::vector<std::byte> data;
  for (Expr e : *value.content) {
    const auto number = exprs.value(e);
    if (!number) return nullptr;
    const auto* raw = reinterpret_cast<const std::byte*>(&*number);  // little-endian
    data.insert(data.end(), raw, raw + bytes);
  }
  std::vector<int64_t> shape;
  for (Expr e : *value.type.shape) {
    const auto size = exprs.value(e);
    if (!size) return nullptr;
    shape.push_back(*size);
  }
  return graph::make_tensor(value.type.dtype, std::move(shape), data);
}

Result<std::vector<graph::TensorRef>> evaluate(const graph::Graph& graph, const graph::Node& node,
                                               std::span<const graph::TensorRef> inputs) {
  for (const graph::TensorRef& input : inputs)
    if (input && input->dtype == DType::kString) return unsupported("strings are not evaluated");
  const OpDef* op = find_op(node.domain, node.op_type, node.version);
  if (!op) return unsupported("{} is unknown", node.op_type);
  Evaluation evaluation(graph, node, inputs);
  Status lowered = op->lower(evaluation);
  return evaluation.take(std::move(lowered));
}

}  // namespace inlay::ops
