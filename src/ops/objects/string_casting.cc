#include "ops/objects/string_casting.h"

#include <cmath>

#include "base/format.h"
#include "ops/element_types.h"
#include "ops/ml/label_map.h"
#include "ops/objects/number_text.h"

namespace inlay::ops {
namespace {

using graph::DType;
using graph::TensorRef;

Result<std::vector<std::string>> texts_of(const ObjectCall& call, const graph::Tensor& x) {
  std::vector<std::string> texts;
  if (const auto floats = graph::float_elements(x)) {
    for (const double value : *floats) texts.push_back(float_text(value));
    return texts;
  }
  const auto integers = graph::integer_elements(x);
  if (!integers)
    return call.error("casts from {} to strings are not supported", graph::dtype_text(x.dtype));
  for (const int64_t value : *integers)
    texts.push_back(x.dtype == DType::kUint64 ? to_text(static_cast<uint64_t>(value))
                                              : to_text(value));
  return texts;
}

template <class T>
T converted(const Number& number) {
  if constexpr (std::is_same_v<T, bool>)
    return number.real != 0;
  else if constexpr (std::is_integral_v<T>)
    return static_cast<T>(number.integer);
  else
    return static_cast<T>(static_cast<Wide<T>>(number.real));
}

template <class T>
Result<TensorRef> read_texts(const ObjectCall& call, const graph::Tensor& x) {
  std::vector<std::byte> data(x.strings.size() * sizeof(T));
  for (size_t i = 0; i < x.strings.size(); ++i) {
    const auto number = read_number(x.strings[i]);
    // Text that is a number, but none of integers.
    const bool fits = number && (!std::is_integral_v<T> || !std::isnan(number->real));
    if (!fits) return call.error("element {}: expected a number, found {}", i, quote(x.strings[i]));
    reinterpret_cast<T*>(data.data())[i] = converted<T>(*number);
  }
  return graph::make_tensor(kDType<T>, x.shape, data);
}

using ReadTexts = Result<TensorRef> (*)(const ObjectCall&, const graph::Tensor&);

constexpr auto kReadTexts = []<class T>(std::type_identity<T>) -> ReadTexts {
  return read_texts<T>;
};

}  // namespace

Status eval_string_cast(ObjectCall& call, DType to) {
  const AnyValue value = call.input(0);
  if (value.kind() != ValueKind::kTensor)
    return call.error("input 0: expected a tensor, found {}", describe(value));
  const graph::Tensor& x = *value.tensor();
  if (to == x.dtype) return call.set_output(0, value);
  if (to == DType::kString) {
    INLAY_ASSIGN(std::vector<std::string> texts, texts_of(call, x));
    return call.set_output(0, ml::string_tensor(x.shape, std::move(texts)));
  }
  if (const ReadTexts read = for_type(to, NumbersAndBool(), kReadTexts)) {
    INLAY_ASSIGN(TensorRef numbers, read(call, x));
    return call.set_output(0, std::move(numbers));
  }
  // Types of a byte and less come from float32 or int64 as they do without strings.
  const bool is_float = to == DType::kFloat4e2m1 ||
                        (to >= DType::kFloat8e4m3fn && to <= DType::kFloat8e5m2fnuz) ||
                        to == DType::kFloat8e8m0;
  INLAY_ASSIGN(TensorRef numbers,
               is_float ? read_texts<float>(call, x) : read_texts<int64_t>(call, x));
  std::vector<AnyValue> inputs = {std::move(numbers)};
  if (call.input_count() > 1) inputs.push_back(call.input(1));
  INLAY_ASSIGN(std::vector<AnyValue> outputs, call.host().run_dense(inputs));
  return call.set_output(0, std::move(outputs[0]));
}

}  // namespace inlay::ops
