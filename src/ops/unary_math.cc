#include "ops/unary_math.h"

namespace inlay::ops {
namespace {

struct UnaryParams {
  kernels::Unary kernel;
  double (*scalar)(double);
};

template <class T>
void scalar_loop(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
                 const void* params) {
  const auto scalar = static_cast<const UnaryParams*>(params)->scalar;
  const auto* x = reinterpret_cast<const T*>(in[0]);
  auto* y = reinterpret_cast<T*>(out);
  for (int64_t i = 0; i < n; ++i)
    y[i] = static_cast<T>(static_cast<float>(scalar(static_cast<double>(x[i * strides[0]]))));
}

template <>
void scalar_loop<double>(const std::byte* const* in, const int64_t* strides, std::byte* out,
                         int64_t n, const void* params) {
  const auto scalar = static_cast<const UnaryParams*>(params)->scalar;
  const auto* x = reinterpret_cast<const double*>(in[0]);
  auto* y = reinterpret_cast<double*>(out);
  for (int64_t i = 0; i < n; ++i) y[i] = scalar(x[i * strides[0]]);
}

void kernel_loop(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
                 const void* params) {
  const auto kernel = static_cast<const UnaryParams*>(params)->kernel;
  const auto* x = reinterpret_cast<const float*>(in[0]);
  auto* y = reinterpret_cast<float*>(out);
  if (strides[0] == 1) return kernels::unary(kernel, x, y, n);
  for (int64_t i = 0; i < n; ++i) y[i] = x[i * strides[0]];
  kernels::unary(kernel, y, y, n);
}

constexpr auto kScalarLoop = []<class T>(std::type_identity<T>) -> ElementLoop {
  return scalar_loop<T>;
};

}  // namespace

namespace {

struct ParametricParams {
  double (*scalar)(double x, double a, double b);
  double a, b;
};

template <class T>
void parametric_loop(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
                     const void* params) {
  const auto& p = *static_cast<const ParametricParams*>(params);
  const auto* x = reinterpret_cast<const T*>(in[0]);
  auto* y = reinterpret_cast<T*>(out);
  for (int64_t i = 0; i < n; ++i) {
    const double value = p.scalar(static_cast<double>(x[i * strides[0]]), p.a, p.b);
    if constexpr (sizeof(T) == 2)
      y[i] = T(static_cast<float>(value));
    else
      y[i] = static_cast<T>(value);
  }
}

constexpr auto kParametricLoop = []<class T>(std::type_identity<T>) -> ElementLoop {
  return parametric_loop<T>;
};

}  // namespace

Status infer_unary(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(
      in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kFloat16, DType::kBfloat16}));
  return infer_elementwise(in, in.dtype(0));
}

Status lower_unary(Lowering& low, std::optional<kernels::Unary> kernel, double (*scalar)(double)) {
  const DType dtype = low.input_type(0).dtype;
  const bool use_kernel = kernel && dtype == DType::kFloat32;
  return lower_elementwise(
      low, use_kernel ? kernel_loop : for_type(dtype, Floats(), kScalarLoop),
      std::make_shared<UnaryParams>(UnaryParams{kernel.value_or(kernels::Unary::kRelu), scalar}));
}

Status lower_unary_with(Lowering& low, double (*scalar)(double x, double a, double b), double a,
                        double b) {
  return lower_elementwise(low, for_type(low.input_type(0).dtype, Floats(), kParametricLoop),
                           std::make_shared<ParametricParams>(ParametricParams{scalar, a, b}));
}

}  // namespace inlay::ops
