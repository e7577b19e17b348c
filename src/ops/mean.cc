// Mean (ONNX 1…): the mean of all inputs, element by element.
#include "ops/arithmetic.h"

namespace inlay::ops {
namespace {

struct Sum {
  template <class T>
  T operator()(T a, T b) const {
    return a + b;
  }
};

struct MeanParams {
  float inputs;
};

template <class T>
void divide(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
            const void* params) {
  const auto* x = reinterpret_cast<const T*>(in[0]);
  const float inputs = static_cast<const MeanParams*>(params)->inputs;
  for (int64_t i = 0; i < n; ++i)
    reinterpret_cast<T*>(out)[i] = static_cast<T>(x[i * strides[0]] / inputs);
}

constexpr auto kDivide = []<class T>(std::type_identity<T>) -> ElementLoop { return divide<T>; };

}  // namespace

Status infer_mean(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1 << 20));
  if (!is_one_of(in.dtype(0), Floats()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  return infer_same_type(in, 1, 1 << 20);
}

Status lower_mean(Lowering& low) {
  const DType dtype = low.input_type(0).dtype;
  const auto inputs = static_cast<float>(low.node().inputs.size());
  return lower_variadic(low, arithmetic_loop<kernels::Binary::kAdd, Sum>(dtype),
                        for_type(dtype, Floats(), kDivide),
                        std::make_shared<MeanParams>(MeanParams{inputs}));
}

}  // namespace inlay::ops
