// C++ types of elements, and loops chosen by them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/half.h"
#include "ops/lowering.h"

namespace inlay::ops {

template <class... Ts>
struct Types {};

using Floats = Types<float, double, Half, Bfloat16>;
using SignedIntegers = Types<int64_t, int32_t, int16_t, int8_t>;
using UnsignedIntegers = Types<uint64_t, uint32_t, uint16_t, uint8_t>;
using Integers = Types<int64_t, int32_t, int16_t, int8_t, uint64_t, uint32_t, uint16_t, uint8_t>;
using Signed = Types<float, double, Half, Bfloat16, int64_t, int32_t, int16_t, int8_t>;
using Numbers = Types<float, double, Half, Bfloat16, int64_t, int32_t, int16_t, int8_t, uint64_t,
                      uint32_t, uint16_t, uint8_t>;
using NumbersAndBool = Types<float, double, Half, Bfloat16, int64_t, int32_t, int16_t, int8_t,
                             uint64_t, uint32_t, uint16_t, uint8_t, bool>;

// What elements of a floating-point type are computed in, at least.
template <class T>
using Wide = std::conditional_t<std::is_same_v<T, double>, double, float>;

template <class T>
inline constexpr DType kDType = DType::kUndefined;
template <>
inline constexpr DType kDType<float> = DType::kFloat32;
template <>
inline constexpr DType kDType<double> = DType::kFloat64;
template <>
inline constexpr DType kDType<Half> = DType::kFloat16;
template <>
inline constexpr DType kDType<Bfloat16> = DType::kBfloat16;
template <>
inline constexpr DType kDType<int64_t> = DType::kInt64;
template <>
inline constexpr DType kDType<int32_t> = DType::kInt32;
template <>
inline constexpr DType kDType<int16_t> = DType::kInt16;
template <>
inline constexpr DType kDType<int8_t> = DType::kInt8;
template <>
inline constexpr DType kDType<uint64_t> = DType::kUint64;
template <>
inline constexpr DType kDType<uint32_t> = DType::kUint32;
template <>
inline constexpr DType kDType<uint16_t> = DType::kUint16;
template <>
inline constexpr DType kDType<uint8_t> = DType::kUint8;
template <>
inline constexpr DType kDType<bool> = DType::kBool;

// make(std::type_identity<T>()) for the T of `types` that `dtype` stands for; a null function where
// it is none of them:
//   for_type(dtype, Floats(), []<class T>(std::type_identity<T>) -> StepFn { return run<T>; })
template <class... Ts, class Make>
auto for_type(DType dtype, Types<Ts...>, const Make& make) {
  decltype(make(std::type_identity<float>())) made = nullptr;
  ((kDType<Ts> == dtype ? void(made = make(std::type_identity<Ts>())) : void()), ...);
  return made;
}

// Where signed and unsigned integers of a width have one loop: the unsigned one.
using FloatsAndBits = Types<float, double, Half, Bfloat16, uint64_t, uint32_t, uint16_t, uint8_t>;
inline DType bits_type(DType dtype) {
  switch (dtype) {
    case DType::kInt64: return DType::kUint64;
    case DType::kInt32: return DType::kUint32;
    case DType::kInt16: return DType::kUint16;
    case DType::kInt8: return DType::kUint8;
    default: return dtype;
  }
}

template <class... Ts>
bool is_one_of(DType dtype, Types<Ts...>) {
  return ((kDType<Ts> == dtype) || ...);
}

}  // namespace inlay::ops
