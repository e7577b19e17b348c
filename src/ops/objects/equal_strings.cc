// Equal (ONNX 19…) of strings: of numbers that are equal where the strings are.
#include <map>
#include <string_view>

#include "ops/objects/object_op.h"

namespace inlay::ops {

Status eval_equal_strings(ObjectCall& call) {
  std::map<std::string_view, int64_t> number_of;
  std::vector<AnyValue> inputs;
  for (size_t i = 0; i < 2; ++i) {
    INLAY_ASSIGN(const graph::TensorRef strings, call.strings(i));
    std::vector<int64_t> numbers;
    for (const std::string& text : strings->strings)
      numbers.push_back(
          number_of.emplace(text, static_cast<int64_t>(number_of.size())).first->second);
    inputs.push_back(graph::make_tensor(graph::DType::kInt64, strings->shape, numbers));
  }
  INLAY_ASSIGN(std::vector<AnyValue> made, call.host().run_dense(inputs));
  return call.set_output(0, std::move(made[0]));
}

}  // namespace inlay::ops
