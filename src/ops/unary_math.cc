#include "ops/unary_math.h"

namespace inlay::ops {
namespace {

using kernels::Parametric;
using kernels::Unary;

struct UnaryParams {
  double (*value)(const UnaryParams& params, double x);
  Unary op = {};
  Parametric parametric = {};
  kernels::Parameters parameters = {};
  double (*scalar)(double) = nullptr;
};

double value_of_unary(const UnaryParams& params, double x) {
  return kernels::unary_value(params.op, x);
}
double value_of_parametric(const UnaryParams& params, double x) {
  return kernels::parametric_value(params.parametric, params.parameters, x);
}
double value_of_scalar(const UnaryParams& params, double x) { return params.scalar(x); }

template <class T>
void value_loop(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
                const void* params) {
  const auto& p = *static_cast<const UnaryParams*>(params);
  const auto* x = reinterpret_cast<const T*>(in[0]);
  auto* y = reinterpret_cast<T*>(out);
  for (int64_t i = 0; i < n; ++i)
    y[i] = static_cast<T>(p.value(p, static_cast<double>(x[i * strides[0]])));
}

void kernel_loop(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
                 const void* params) {
  const auto& p = *static_cast<const UnaryParams*>(params);
  const auto* x = reinterpret_cast<const float*>(in[0]);
  auto* y = reinterpret_cast<float*>(out);
  if (strides[0] != 1) {
    for (int64_t i = 0; i < n; ++i) y[i] = x[i * strides[0]];
    x = y;
  }
  if (p.value == value_of_unary)
    kernels::unary(p.op, x, y, n);
  else
    kernels::parametric(p.parametric, p.parameters, x, y, n);
}

template <DType kType>
void half_value_loop(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
                     const void* params) {
  static constexpr HalfOperands kOperands = {1, kType, 2};
  const bool has_kernel = static_cast<const UnaryParams*>(params)->value != value_of_scalar;
  loop_over_halves(has_kernel ? kernel_loop : value_loop<float>, kOperands, in, strides, out, n,
                   params);
}

ElementLoop find_value_loop(DType dtype, bool has_kernel) {
  switch (dtype) {
    case DType::kFloat32: return has_kernel ? kernel_loop : value_loop<float>;
    case DType::kFloat64: return value_loop<double>;
    case DType::kFloat16: return half_value_loop<DType::kFloat16>;
    case DType::kBfloat16: return half_value_loop<DType::kBfloat16>;
    default: return nullptr;
  }
}

Status lower(Lowering& low, UnaryParams params) {
  return lower_elementwise(
      low, find_value_loop(low.input_type(0).dtype, params.value != value_of_scalar),
      std::make_shared<UnaryParams>(params));
}

}  // namespace

Status infer_unary(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(
      in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kFloat16, DType::kBfloat16}));
  return infer_elementwise(in, in.dtype(0));
}

Status lower_unary(Lowering& low, Unary op) {
  UnaryParams params{value_of_unary};
  params.op = op;
  return lower(low, params);
}

Status lower_parametric(Lowering& low, Parametric op, kernels::Parameters parameters) {
  UnaryParams params{value_of_parametric};
  params.parametric = op;
  params.parameters = parameters;
  return lower(low, params);
}

Status lower_scalar(Lowering& low, double (*scalar)(double)) {
  UnaryParams params{value_of_scalar};
  params.scalar = scalar;
  return lower(low, params);
}

double parameter(const Lowering& low, std::string_view name, float otherwise) {
  return static_cast<double>(low.node().real(name, otherwise));
}

}  // namespace inlay::ops
