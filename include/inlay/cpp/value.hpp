// Values that are more than tensors of numbers: strings, sequences, optionals, maps.
//
//   const auto texts = inlay::Value::strings({"a", "b"}, {2});
//   const auto outputs = session.run_values({{"texts", texts}});
//   std::string_view first = outputs[0].view().string(0);
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inlay/cpp/tensor.hpp"

namespace inlay {
inline namespace INLAY_CPP_NAMESPACE {

enum class ValueKind : int {
  kNone = INLAY_VALUE_NONE,      // an optional that is empty
  kTensor = INLAY_VALUE_TENSOR,  // of numbers or of strings
  kSequence = INLAY_VALUE_SEQUENCE,
  kMap = INLAY_VALUE_MAP,
  kOptional = INLAY_VALUE_OPTIONAL,  // of types alone
};

// What an input or output of a session is. Belongs to the session; one that is not there is of kNone.
class ValueType {
 public:
  ValueType() = default;
  explicit ValueType(const inlay_value_type* raw) noexcept : raw_(raw) {}

  ValueKind kind() const { return raw_ ? static_cast<ValueKind>(raw_->kind) : ValueKind::kNone; }
  // Of a tensor's elements, of a map's keys; else kUndefined.
  DType key_or_element() const {
    return raw_ ? static_cast<DType>(raw_->dtype) : DType::kUndefined;
  }
  // What lies in a sequence or optional, and a map's values.
  ValueType inner() const { return ValueType(raw_ ? raw_->element : nullptr); }

 private:
  const inlay_value_type* raw_ = nullptr;
};

class Value;

// A value as it can be read. Belongs to the Value that it was asked of and lives as long.
class ValueView {
 public:
  ValueView() = default;
  explicit ValueView(const inlay_value* raw) noexcept : raw_(raw) {}
  ValueView(const Value& value);  // as value.view()

  ValueKind kind() const { return static_cast<ValueKind>(inlay_value_get_kind(raw_)); }
  // Elements of a tensor or sequence, entries of a map.
  std::size_t size() const { return inlay_value_count(raw_); }

  // Of a tensor.
  DType dtype() const { return static_cast<DType>(inlay_value_tensor(raw_).dtype); }
  std::span<const std::int64_t> shape() const {
    const inlay_tensor_view view = inlay_value_tensor(raw_);
    return {view.shape, view.rank};
  }
  std::span<const std::byte> bytes() const {
    const auto* data = static_cast<const std::byte*>(inlay_value_tensor(raw_).data);
    return {data, packed_bytes(dtype(), size())};
  }
  // The elements in row-major order. Fails with kInvalidArgument when dtype() is not T's.
  template <class T>
  Outcome<std::span<const T>> values() const {
    if (dtype() != dtype_of<T>())
      return detail::fail<std::span<const T>>(Error(
          Status::kInvalidArgument, "values: expected element type " +
                                        std::to_string(static_cast<int>(dtype())) + ", found " +
                                        std::to_string(static_cast<int>(dtype_of<T>()))));
    return std::span<const T>(static_cast<const T*>(inlay_value_tensor(raw_).data), size());
  }
  // Of a tensor of strings; empty when index >= size().
  std::string_view string(std::size_t index) const {
    std::size_t bytes = 0;
    const char* const text = inlay_value_string(raw_, index, &bytes);
    return text ? std::string_view(text, bytes) : std::string_view();
  }

  // Of a sequence; nothing when index >= size().
  ValueView element(std::size_t index) const { return ValueView(inlay_value_element(raw_, index)); }
  // Of a map, in ascending order of the keys.
  ValueView map_keys() const { return ValueView(inlay_value_map_keys(raw_)); }
  ValueView map_values() const { return ValueView(inlay_value_map_values(raw_)); }

  const inlay_value* get() const noexcept { return raw_; }

 private:
  const inlay_value* raw_ = nullptr;
};

// A value that never changes. What it is made of is copied, or shared where it is a value.
class Value : public detail::Handle<inlay_value> {
 public:
  using Handle::Handle;

  // Fails with kInvalidArgument where the bytes are not what the shape asks for.
  static Outcome<Value> tensor(const TensorView& tensor) {
    if (!tensor.fits())
      return detail::fail<Value>(
          Error(Status::kInvalidArgument, "tensor: expected the elements of its shape, found " +
                                              std::to_string(tensor.bytes()) + " bytes"));
    const inlay_tensor_view view = tensor.c();
    return make([&](inlay_value** out) { return inlay_value_from_tensor(&view, out); });
  }
  static Outcome<Value> strings(const std::vector<std::string_view>& texts,
                                const std::vector<std::int64_t>& shape) {
    std::size_t count = 1;
    for (const std::int64_t size : shape) count *= static_cast<std::size_t>(size);
    if (count != texts.size())
      return detail::fail<Value>(
          Error(Status::kInvalidArgument, "strings: expected " + std::to_string(count) +
                                              ", found " + std::to_string(texts.size())));
    std::vector<const char*> data;
    std::vector<std::size_t> bytes;
    for (const std::string_view text : texts) {
      data.push_back(text.data() ? text.data() : "");
      bytes.push_back(text.size());
    }
    return make([&](inlay_value** out) {
      return inlay_value_from_strings(data.data(), bytes.data(), shape.data(),
                                      static_cast<std::uint32_t>(shape.size()), out);
    });
  }
  // `dtype` counts where there is no element: a sequence of such tensors.
  static Outcome<Value> sequence(const std::vector<ValueView>& elements,
                                 DType dtype = DType::kUndefined) {
    std::vector<const inlay_value*> raw;
    for (const ValueView element : elements) raw.push_back(element.get());
    return make([&](inlay_value** out) {
      return inlay_value_from_sequence(raw.data(), raw.size(), static_cast<inlay_dtype>(dtype),
                                       out);
    });
  }
  // Keys are int64 [n] or string [n], each once; values are [n] of any type.
  static Outcome<Value> map(ValueView keys, ValueView values) {
    return make(
        [&](inlay_value** out) { return inlay_value_from_map(keys.get(), values.get(), out); });
  }
  // An optional that is empty.
  static Outcome<Value> nothing() {
    return make([](inlay_value** out) { return inlay_value_from_nothing(out); });
  }

  ValueView view() const { return ValueView(get()); }

 private:
  template <class Call>
  static Outcome<Value> make(Call&& call) {
    return detail::make_handle<Value, inlay_value>(std::forward<Call>(call));
  }
};

inline ValueView::ValueView(const Value& value) : raw_(value.get()) {}

struct NamedValue {
  std::string name;
  ValueView value;
};

}  // namespace INLAY_CPP_NAMESPACE
}  // namespace inlay
