// Shrink (ONNX 9…): x + bias below -lambd, x - bias above lambd, 0 between.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct ShrinkParams {
  float lambd, bias;
};

template <class T>
void shrink(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
            const void* params) {
  using Wide = std::conditional_t<sizeof(T) == 2 && !std::is_integral_v<T>, float, double>;
  const auto& p = *static_cast<const ShrinkParams*>(params);
  const auto lambd = static_cast<Wide>(p.lambd), bias = static_cast<Wide>(p.bias);
  for (int64_t i = 0; i < n; ++i) {
    const auto x = static_cast<Wide>(reinterpret_cast<const T*>(in[0])[i * strides[0]]);
    const Wide y = x < -lambd ? x + bias : x > lambd ? x - bias : Wide{0};
    reinterpret_cast<T*>(out)[i] = static_cast<T>(y);
  }
}

constexpr auto kShrink = []<class T>(std::type_identity<T>) -> ElementLoop { return shrink<T>; };

}  // namespace

Status infer_shrink(Inference& in) { return infer_same_type(in, 1, 1); }

Status lower_shrink(Lowering& low) {
  return lower_elementwise(low, for_type(low.input_type(0).dtype, Numbers(), kShrink),
                           std::make_shared<ShrinkParams>(ShrinkParams{
                               low.node().real("lambd", 0.5f), low.node().real("bias", 0.0f)}));
}

}  // namespace inlay::ops
