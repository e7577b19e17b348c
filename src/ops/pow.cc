// Pow (ONNX 7…): a to the power b, in the type of a; b may have another type (12…).
#include <cmath>
#include <cstring>

#include "kernels/elementwise.h"
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

using PowTypes = Types<float, double, Half, Bfloat16, int64_t, int32_t>;
using Load = double (*)(const std::byte* at, int64_t i);

constexpr auto kLoad = []<class T>(std::type_identity<T>) -> Load {
  return [](const std::byte* at, int64_t i) {
    return static_cast<double>(reinterpret_cast<const T*>(at)[i]);
  };
};

struct PowParams {
  Load exponent;
  bool squares;  // the exponent is the constant 2
};

// Whole exponents that models have.
struct Square {
  template <class T>
  T operator()(T x) const {
    return wrapping_mul(x, x);
  }
};
struct Cube {
  template <class T>
  T operator()(T x) const {
    return wrapping_mul(wrapping_mul(x, x), x);
  }
};

template <class T>
T power(T base, double exponent) {
  if (exponent == 2.0) return Square()(base);
  if constexpr (std::is_integral_v<T>) {
    if (exponent >= 0 && exponent < 0x1p62 &&
        std::trunc(exponent) == exponent) {  // exact; wraps around
      T result = 1;
      for (auto n = static_cast<int64_t>(exponent); n > 0; n >>= 1, base = wrapping_mul(base, base))
        if (n & 1) result = wrapping_mul(result, base);
      return result;
    }
    const double value = std::pow(static_cast<double>(base), exponent);
    constexpr double kEnd = sizeof(T) == 8 ? 0x1p63 : 0x1p31;
    return std::abs(value) < kEnd ? static_cast<T>(value) : T{0};
  } else if constexpr (std::is_same_v<T, double>) {
    return std::pow(base, exponent);
  } else if (static_cast<double>(static_cast<float>(exponent)) == exponent) {
    return static_cast<T>(std::pow(static_cast<float>(base), static_cast<float>(exponent)));
  } else {
    return static_cast<T>(static_cast<float>(std::pow(static_cast<double>(base), exponent)));
  }
}

template <class T>
void pow_loop(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
              const void* params) {
  const Load exponent = static_cast<const PowParams*>(params)->exponent;
  const auto* base = reinterpret_cast<const T*>(in[0]);
  auto* y = reinterpret_cast<T*>(out);
  if constexpr (std::is_same_v<T, float>) {
    constexpr int64_t kFew = 16;  // which a call of the kernel would take longer for
    if (static_cast<const PowParams*>(params)->squares && strides[0] == 1) {
      if (n >= kFew) return kernels::binary(kernels::Binary::kMul, {base, 1}, {base, 1}, y, n);
      for (int64_t i = 0; i < n; ++i) y[i] = base[i] * base[i];
      return;
    }
  }
  if (strides[1] == 0) {
    const double one_exponent = n > 0 ? exponent(in[1], 0) : 0;
    if (one_exponent == 2.0) return loop_for<Square, T, 1>()(in, strides, out, n, nullptr);
    if (one_exponent == 3.0) return loop_for<Cube, T, 1>()(in, strides, out, n, nullptr);
    for (int64_t i = 0; i < n; ++i) y[i] = power(base[i * strides[0]], one_exponent);
    return;
  }
  for (int64_t i = 0; i < n; ++i)
    y[i] = power(base[i * strides[0]], exponent(in[1], i * strides[1]));
}

constexpr auto kPow = []<class T>(std::type_identity<T>) -> ElementLoop { return pow_loop<T>; };

}  // namespace

Status infer_pow(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  if (!is_one_of(in.dtype(1), Numbers()))
    return in.error("exponents of {} are not supported", graph::dtype_text(in.dtype(1)));
  return infer_elementwise(in, in.dtype(0));
}

Status lower_pow(Lowering& low) {
  const Load exponent = for_type(low.input_type(1).dtype, Numbers(), kLoad);
  const graph::TensorRef constant = low.constant_tensor(1);
  alignas(16) std::byte one[16] = {};  // tensors in files may lie at odd addresses
  if (constant && constant->count() == 1 && constant->data.size() <= sizeof one)
    std::memcpy(one, constant->data.data(), constant->data.size());
  const bool squares = exponent(one, 0) == 2;
  return lower_elementwise(low, for_type(low.input_type(0).dtype, PowTypes(), kPow),
                           std::make_shared<PowParams>(PowParams{exponent, squares}));
}

}  // namespace inlay::ops
