#include "ops/scattering.h"

#include <cstring>

#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

template <class T>
T add(T a, T b) {
  return wrapping_add(a, b);
}
template <class T>
T multiply(T a, T b) {
  return wrapping_mul(a, b);
}
template <class T>
T greater(T a, T b) {
  return a > b ? a : b;
}
template <class T>
T lesser(T a, T b) {
  return a < b ? a : b;
}

template <class T, T (*kJoin)(T, T)>
void join(std::byte* target, const std::byte* update, int64_t n) {
  auto* y = reinterpret_cast<T*>(target);
  const auto* x = reinterpret_cast<const T*>(update);
  for (int64_t i = 0; i < n; ++i) y[i] = kJoin(y[i], x[i]);
}

template <int64_t kBytes>
void replace(std::byte* target, const std::byte* update, int64_t n) {
  if (n > 0) std::memcpy(target, update, static_cast<size_t>(n * kBytes));
}

}  // namespace

JoinFn find_join(std::string_view reduction, DType dtype) {
  if (reduction == "none") {
    switch (graph::dtype_bytes(dtype)) {
      case 1: return replace<1>;
      case 2: return replace<2>;
      case 4: return replace<4>;
      case 8: return replace<8>;
      case 16: return replace<16>;
      default: return nullptr;
    }
  }
  const auto pick = [&]<class T>(std::type_identity<T>) -> JoinFn {
    if (reduction == "add") return join<T, add<T>>;
    if (reduction == "mul") return join<T, multiply<T>>;
    if (reduction == "max") return join<T, greater<T>>;
    return reduction == "min" ? join<T, lesser<T>> : nullptr;
  };
  return for_type(dtype, Types<float, double, int64_t, int32_t>(), pick);
}

}  // namespace inlay::ops
