// Strings through operators that only move elements (Reshape, Gather, Concat, Pad, …): the same node runs on
// numbers in their place, and what it gives says which strings they are.
#include "ops/objects/tensor_pieces.h"

namespace inlay::ops {
namespace {

// The strings of all inputs in one row. Number 0 is the empty string, which Pad and others fill up with.
class Numbered {
 public:
  AnyValue numbers_for(const TensorRef& strings) {
    std::vector<int64_t> numbers;
    for (const std::string& text : strings->strings) {
      texts_.push_back(&text);
      numbers.push_back(static_cast<int64_t>(texts_.size()));
    }
    kept_.push_back(strings);
    return graph::make_tensor(graph::DType::kInt64, strings->shape, numbers);
  }

  TensorRef strings_for(const graph::Tensor& numbers) const {
    const std::vector<int64_t> elements = *graph::integer_elements(numbers);
    std::vector<std::string> strings;
    for (const int64_t number : elements)
      strings.push_back(number == 0 ? std::string() : *texts_[static_cast<size_t>(number - 1)]);
    return make_strings(numbers.shape, std::move(strings));
  }

 private:
  std::vector<const std::string*> texts_;
  std::vector<TensorRef> kept_;
};

bool is_string(const AnyValue& value) {
  return value.kind() == ValueKind::kTensor && !value.is_dense();
}

// The node's inputs with numbers in place of strings.
Result<std::vector<AnyValue>> numbered_inputs(const ObjectCall& call, Numbered& numbered) {
  std::vector<AnyValue> inputs;
  for (size_t i = 0; i < call.input_count(); ++i) {
    const AnyValue input = call.input(i);
    if (input.kind() != ValueKind::kTensor && input.kind() != ValueKind::kNone)
      return call.error("input {}: expected a tensor, found {}", i, describe(input));
    inputs.push_back(is_string(input) ? numbered.numbers_for(input.tensor()) : input);
  }
  return inputs;
}

}  // namespace

Status eval_moved_strings(ObjectCall& call) {
  Numbered numbered;
  INLAY_ASSIGN(const std::vector<AnyValue> inputs, numbered_inputs(call, numbered));
  INLAY_ASSIGN(const std::vector<AnyValue> made, call.host().run_dense(inputs));
  for (size_t i = 0; i < made.size(); ++i) {
    if (!call.wants(i)) continue;
    const graph::Tensor& numbers = *made[i].tensor();
    INLAY_TRY(call.set_output(i, numbered.strings_for(numbers)));
  }
  return Status();
}

// Shape and Size: which elements there are does not matter.
Status eval_sizes_of_strings(ObjectCall& call) {
  INLAY_ASSIGN(const TensorRef strings, call.strings(0));
  Numbered numbered;
  const AnyValue inputs[] = {numbered.numbers_for(strings)};
  INLAY_ASSIGN(std::vector<AnyValue> made, call.host().run_dense(inputs));
  return call.set_output(0, std::move(made[0]));
}

}  // namespace inlay::ops
