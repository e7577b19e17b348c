// Tensors: the caller's, which a run reads, and those that a run makes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ranges>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "inlay/cpp/handle.hpp"

namespace inlay {
inline namespace INLAY_CPP_NAMESPACE {

enum class DType : int {
  kUndefined = INLAY_DTYPE_UNDEFINED,
  kFloat32 = INLAY_DTYPE_FLOAT32,
  kUint8 = INLAY_DTYPE_UINT8,
  kInt8 = INLAY_DTYPE_INT8,
  kUint16 = INLAY_DTYPE_UINT16,
  kInt16 = INLAY_DTYPE_INT16,
  kInt32 = INLAY_DTYPE_INT32,
  kInt64 = INLAY_DTYPE_INT64,
  kString = INLAY_DTYPE_STRING,
  kBool = INLAY_DTYPE_BOOL,
  kFloat16 = INLAY_DTYPE_FLOAT16,
  kFloat64 = INLAY_DTYPE_FLOAT64,
  kUint32 = INLAY_DTYPE_UINT32,
  kUint64 = INLAY_DTYPE_UINT64,
  kComplex64 = INLAY_DTYPE_COMPLEX64,
  kComplex128 = INLAY_DTYPE_COMPLEX128,
  kBfloat16 = INLAY_DTYPE_BFLOAT16,
  kFloat8e4m3fn = INLAY_DTYPE_FLOAT8E4M3FN,
  kFloat8e4m3fnuz = INLAY_DTYPE_FLOAT8E4M3FNUZ,
  kFloat8e5m2 = INLAY_DTYPE_FLOAT8E5M2,
  kFloat8e5m2fnuz = INLAY_DTYPE_FLOAT8E5M2FNUZ,
  kUint4 = INLAY_DTYPE_UINT4,
  kInt4 = INLAY_DTYPE_INT4,
  kFloat4e2m1 = INLAY_DTYPE_FLOAT4E2M1,
  kFloat8e8m0 = INLAY_DTYPE_FLOAT8E8M0,
  kUint2 = INLAY_DTYPE_UINT2,
  kInt2 = INLAY_DTYPE_INT2,
};

// The element type of a C++ type; kUndefined where there is none.
template <class T>
constexpr DType dtype_of() noexcept {
  if constexpr (std::is_same_v<T, float>) return DType::kFloat32;
  if constexpr (std::is_same_v<T, double>) return DType::kFloat64;
  if constexpr (std::is_same_v<T, bool>) return DType::kBool;
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    constexpr bool kSigned = std::is_signed_v<T>;
    if constexpr (sizeof(T) == 1) return kSigned ? DType::kInt8 : DType::kUint8;
    if constexpr (sizeof(T) == 2) return kSigned ? DType::kInt16 : DType::kUint16;
    if constexpr (sizeof(T) == 4) return kSigned ? DType::kInt32 : DType::kUint32;
    if constexpr (sizeof(T) == 8) return kSigned ? DType::kInt64 : DType::kUint64;
  }
  return DType::kUndefined;
}

// The bits of one element; 0 for types of no fixed size.
constexpr std::size_t element_bits(DType dtype) noexcept {
  switch (dtype) {
    case DType::kUint2:
    case DType::kInt2: return 2;
    case DType::kUint4:
    case DType::kInt4:
    case DType::kFloat4e2m1: return 4;
    case DType::kUint8:
    case DType::kInt8:
    case DType::kBool:
    case DType::kFloat8e4m3fn:
    case DType::kFloat8e4m3fnuz:
    case DType::kFloat8e5m2:
    case DType::kFloat8e5m2fnuz:
    case DType::kFloat8e8m0: return 8;
    case DType::kUint16:
    case DType::kInt16:
    case DType::kFloat16:
    case DType::kBfloat16: return 16;
    case DType::kFloat32:
    case DType::kInt32:
    case DType::kUint32: return 32;
    case DType::kFloat64:
    case DType::kInt64:
    case DType::kUint64:
    case DType::kComplex64: return 64;
    case DType::kComplex128: return 128;
    case DType::kUndefined:
    case DType::kString: return 0;
  }
  return 0;
}

// The bytes of one element; 0 for types of no fixed size, and of less than a byte.
constexpr std::size_t element_bytes(DType dtype) noexcept { return element_bits(dtype) / 8; }

// The bytes of `count` elements; those of less than a byte are packed.
constexpr std::size_t packed_bytes(DType dtype, std::size_t count) noexcept {
  const std::size_t bits = element_bits(dtype);
  if (bits == 0 || bits >= 8) return count * (bits / 8);
  const std::size_t in_a_byte = 8 / bits;
  return count / in_a_byte + (count % in_a_byte != 0 ? 1 : 0);
}

// A dense row-major tensor in the caller's memory, for the time of a run. Its bytes must be what the
// shape asks for; that is checked by the run.
class TensorView {
 public:
  // Any contiguous range of numbers: a vector, an array, a span.
  template <std::ranges::contiguous_range R>
    requires(std::ranges::sized_range<R> &&
             dtype_of<std::ranges::range_value_t<R>>() != DType::kUndefined)
  TensorView(const R& values, std::vector<std::int64_t> shape)
      : dtype_(dtype_of<std::ranges::range_value_t<R>>()),
        data_(std::ranges::data(values)),
        bytes_(std::ranges::size(values) * sizeof(std::ranges::range_value_t<R>)),
        shape_(std::move(shape)) {}
  // Elements of a type that C++ has no name for, such as kFloat16; those of less than a byte packed.
  TensorView(DType dtype, std::span<const std::byte> bytes, std::vector<std::int64_t> shape)
      : dtype_(dtype), data_(bytes.data()), bytes_(bytes.size()), shape_(std::move(shape)) {}

  DType dtype() const noexcept { return dtype_; }
  std::span<const std::int64_t> shape() const noexcept { return shape_; }
  const void* data() const noexcept { return data_; }
  std::size_t bytes() const noexcept { return bytes_; }
  // True when the shape asks for bytes() bytes.
  bool fits() const noexcept {
    const std::size_t bits = element_bits(dtype_);
    const std::size_t most = SIZE_MAX / (bits > 8 ? bits / 8 : 1);
    std::size_t count = 1;
    for (const std::int64_t size : shape_) {
      if (size < 0 || (size > 0 && count > most / static_cast<std::uint64_t>(size))) return false;
      count *= static_cast<std::size_t>(size);
    }
    return packed_bytes(dtype_, count) == bytes_;
  }
  inlay_tensor_view c() const noexcept {
    return {static_cast<inlay_dtype>(dtype_), static_cast<std::uint32_t>(shape_.size()),
            shape_.data(), data_};
  }

 private:
  DType dtype_;
  const void* data_;
  std::size_t bytes_;
  std::vector<std::int64_t> shape_;
};

struct NamedTensor {
  std::string name;
  TensorView tensor;
};

// A tensor that a run made.
class Tensor : public detail::Handle<inlay_tensor> {
 public:
  using Handle::Handle;

  DType dtype() const { return static_cast<DType>(inlay_tensor_get(get()).dtype); }
  std::span<const std::int64_t> shape() const {
    const inlay_tensor_view view = inlay_tensor_get(get());
    return {view.shape, view.rank};
  }
  // The number of elements.
  std::size_t size() const {
    std::size_t product = get() ? 1 : 0;
    for (const std::int64_t axis : shape()) product *= static_cast<std::size_t>(axis);
    return product;
  }
  std::span<const std::byte> bytes() const {
    const auto* data = static_cast<const std::byte*>(inlay_tensor_get(get()).data);
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
    const auto* data = static_cast<const T*>(inlay_tensor_get(get()).data);
    return std::span<const T>(data, size());
  }
};

}  // namespace INLAY_CPP_NAMESPACE
}  // namespace inlay
