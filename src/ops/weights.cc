#include "ops/weights.h"

#include <cstring>

#include "base/half.h"

namespace inlay::ops {

Status expect_weight(const Inference& in, size_t input) {
  return in.expect_dtype(input, {DType::kFloat32, DType::kFloat16, DType::kBfloat16});
}

kernels::Element element_of(DType weight_type) {
  if (weight_type == DType::kFloat16) return kernels::Element::kF16;
  return weight_type == DType::kBfloat16 ? kernels::Element::kBf16 : kernels::Element::kF32;
}

float read_weight(const graph::Tensor& tensor, int64_t i) {
  const std::byte* at = tensor.data.data() + i * graph::dtype_bytes(tensor.dtype);
  if (tensor.dtype == DType::kFloat32) {
    float element;
    std::memcpy(&element, at, sizeof element);
    return element;
  }
  uint16_t bits;
  std::memcpy(&bits, at, sizeof bits);
  return tensor.dtype == DType::kFloat16 ? half_value(bits) : bfloat16_value(bits);
}

}  // namespace inlay::ops
