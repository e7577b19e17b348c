#include "runtime/values.h"

#include <cstring>

#include "api/handle.h"
#include "api/session_objects.h"
#include "graph/packed_elements.h"

using namespace inlay;
using ops::AnyValue;
using ops::ValueKind;

struct inlay_value {
  AnyValue value;
  std::vector<inlay_value> children = {};  // elements of a sequence; keys and values of a map
  std::vector<std::byte> packed = {};      // what the caller sees of elements of less than a byte
};

namespace {

constexpr uint32_t kMaxRank = 64;

inlay_value make_value(AnyValue value) {
  inlay_value made{std::move(value)};
  if (made.value.kind() == ValueKind::kSequence) {
    for (const AnyValue& element : made.value.sequence().elements)
      made.children.push_back(make_value(element));
  } else if (made.value.kind() == ValueKind::kMap) {
    made.children.push_back(make_value(made.value.map().keys));
    made.children.push_back(make_value(made.value.map().values));
  } else if (made.value.is_dense() && graph::is_packed(made.value.tensor()->dtype)) {
    const graph::Tensor& tensor = *made.value.tensor();
    made.packed.resize(static_cast<size_t>(graph::packed_bytes(tensor.dtype, tensor.count())));
    graph::pack_elements(tensor.dtype, tensor.data, made.packed);
  }
  return made;
}

inlay_value* new_value(AnyValue value) { return new inlay_value(make_value(std::move(value))); }

bool is_tensor(const inlay_value* value) {
  return value && value->value.kind() == ValueKind::kTensor;
}

bool is_map(const inlay_value* value) { return value && value->value.kind() == ValueKind::kMap; }

Result<int64_t> count_of(const int64_t* shape, uint32_t rank) {
  if (rank > kMaxRank)
    return invalid("strings: expected at most {} dimensions, found {}", kMaxRank, rank);
  if (rank > 0) INLAY_TRY(api::expect_not_null(shape, "shape"));
  int64_t count = 1;
  for (uint32_t i = 0; i < rank; ++i)
    if (shape[i] < 0 || __builtin_mul_overflow(count, shape[i], &count))
      return invalid("strings: size {} on axis {} is not possible", shape[i], i);
  return count;
}

Result<graph::TensorRef> tensor_in(const inlay_value* value, std::string_view name) {
  INLAY_TRY(api::expect_not_null(value, name));
  if (is_tensor(value)) return value->value.tensor();
  return invalid("{}: expected a tensor, found {}", name, ops::describe(value->value));
}

}  // namespace

inlay_error* inlay_value_from_tensor(const inlay_tensor_view* tensor, inlay_value** value) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(tensor, "tensor"));
    INLAY_TRY(api::expect_not_null(value, "value"));
    std::vector<std::byte> unpacked;
    auto read = api::read_tensor(*tensor, unpacked);
    if (!read.ok()) return std::move(read).status().at("tensor");
    const runtime::TensorView view = *read;
    INLAY_ASSIGN(runtime::OutputTensor copy, runtime::copy_of(runtime::borrowed(view)));
    *value = new_value(runtime::value_of(std::move(copy)));
    return Status();
  });
}

inlay_error* inlay_value_from_strings(const char* const* strings, const size_t* string_bytes,
                                      const int64_t* shape, uint32_t rank, inlay_value** value) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(value, "value"));
    INLAY_ASSIGN(const int64_t count, count_of(shape, rank));
    if (count > 0) INLAY_TRY(api::expect_not_null(strings, "strings"));
    auto tensor = std::make_shared<graph::Tensor>();
    tensor->dtype = graph::DType::kString;
    tensor->shape.assign(shape, shape + rank);
    for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
      INLAY_TRY(api::expect_not_null(strings[i], "strings"));
      const size_t bytes = string_bytes ? string_bytes[i] : std::strlen(strings[i]);
      tensor->strings.emplace_back(strings[i], bytes);
    }
    *value = new_value(graph::TensorRef(std::move(tensor)));
    return Status();
  });
}

inlay_error* inlay_value_from_sequence(const inlay_value* const* elements, size_t count,
                                       inlay_dtype dtype, inlay_value** value) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(value, "value"));
    if (count > 0) INLAY_TRY(api::expect_not_null(elements, "elements"));
    ops::Sequence sequence;
    int number;  // a program may have put any number there, which the enum type must not hold
    static_assert(sizeof number == sizeof dtype);
    std::memcpy(&number, &dtype, sizeof number);
    if (number < 0 || number > INLAY_DTYPE_INT2)
      return unsupported("dtype: element type {} is not supported", number);
    if (count == 0) sequence.dtype = static_cast<graph::DType>(number);
    for (size_t i = 0; i < count; ++i) {
      INLAY_TRY(api::expect_not_null(elements[i], "elements"));
      if (!ops::admit(sequence, elements[i]->value))
        return invalid("elements: expected an element for a sequence of {}, found {}",
                       ops::elements_text(sequence), ops::describe(elements[i]->value));
      sequence.elements.push_back(elements[i]->value);
    }
    *value = new_value(std::move(sequence));
    return Status();
  });
}

inlay_error* inlay_value_from_map(const inlay_value* keys, const inlay_value* values,
                                  inlay_value** value) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(value, "value"));
    INLAY_ASSIGN(const graph::TensorRef key_tensor, tensor_in(keys, "keys"));
    INLAY_ASSIGN(const graph::TensorRef value_tensor, tensor_in(values, "values"));
    INLAY_ASSIGN(ops::Map map, ops::make_map(key_tensor, value_tensor));
    *value = new_value(std::move(map));
    return Status();
  });
}

inlay_error* inlay_value_from_nothing(inlay_value** value) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(value, "value"));
    *value = new_value(AnyValue());
    return Status();
  });
}

void inlay_value_free(inlay_value* value) { delete value; }

inlay_value_kind inlay_value_get_kind(const inlay_value* value) {
  switch (value ? value->value.kind() : ValueKind::kNone) {
    case ValueKind::kTensor: return INLAY_VALUE_TENSOR;
    case ValueKind::kSequence: return INLAY_VALUE_SEQUENCE;
    case ValueKind::kMap: return INLAY_VALUE_MAP;
    case ValueKind::kNone: break;
  }
  return INLAY_VALUE_NONE;
}

size_t inlay_value_count(const inlay_value* value) {
  if (is_tensor(value)) return static_cast<size_t>(value->value.tensor()->count());
  if (is_map(value)) return inlay_value_count(&value->children[0]);
  return value ? value->children.size() : 0;
}

inlay_tensor_view inlay_value_tensor(const inlay_value* value) {
  if (!is_tensor(value)) return {};
  const graph::Tensor& tensor = *value->value.tensor();
  const bool is_packed = graph::is_packed(tensor.dtype);
  return {static_cast<inlay_dtype>(tensor.dtype), static_cast<uint32_t>(tensor.shape.size()),
          tensor.shape.data(), is_packed ? value->packed.data() : tensor.data.data()};
}

const char* inlay_value_string(const inlay_value* value, size_t index, size_t* bytes) {
  const bool has = is_tensor(value) && index < value->value.tensor()->strings.size();
  const std::string* text = has ? &value->value.tensor()->strings[index] : nullptr;
  if (bytes) *bytes = text ? text->size() : 0;
  return text ? text->c_str() : nullptr;
}

const inlay_value* inlay_value_element(const inlay_value* value, size_t index) {
  const bool is_sequence = value && value->value.kind() == ValueKind::kSequence;
  return is_sequence && index < value->children.size() ? &value->children[index] : nullptr;
}

const inlay_value* inlay_value_map_keys(const inlay_value* value) {
  return is_map(value) ? &value->children[0] : nullptr;
}

const inlay_value* inlay_value_map_values(const inlay_value* value) {
  return is_map(value) ? &value->children[1] : nullptr;
}

inlay_error* inlay_session_run_values(const inlay_session* session,
                                      const inlay_run_options* options,
                                      const char* const* input_names,
                                      const inlay_value* const* inputs, size_t input_count,
                                      const char* const* output_names, size_t output_count,
                                      inlay_value** outputs) {
  return api::guard([&]() -> Status {
    INLAY_TRY(api::expect_not_null(session, "session"));
    INLAY_TRY(api::expect_not_null(outputs, "outputs"));
    std::vector<runtime::NamedValue> named;
    for (size_t i = 0; i < input_count; ++i) {
      INLAY_TRY(api::expect_not_null(input_names ? input_names[i] : nullptr, "input_names"));
      INLAY_TRY(api::expect_not_null(inputs ? inputs[i] : nullptr, "inputs"));
      named.push_back({input_names[i], inputs[i]->value});
    }
    INLAY_ASSIGN(const api::RunArguments run,
                 api::read_run(*session, options, output_names, output_count));
    INLAY_ASSIGN(std::vector<AnyValue> made,
                 session->session->run_values(named, run.output_names, run.options));
    std::vector<std::unique_ptr<inlay_value>> values;
    for (AnyValue& value : made) values.emplace_back(new_value(std::move(value)));
    for (size_t i = 0; i < values.size(); ++i) outputs[i] = values[i].release();
    return Status();
  });
}
