// Arithmetic of two operands of one type: what Add, Sub, Mul, Div, Min and Max share.
#pragma once

#include "kernels/elementwise.h"
#include "ops/elementwise.h"

namespace inlay::ops {

// float32 goes to the kernel where operands are dense or one value, other types and strides to Op.
template <kernels::Binary kOp, class Op>
void kernel_loop(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
                 const void* params) {
  const auto fits = [](int64_t stride) { return stride == 0 || stride == 1; };
  if (!fits(strides[0]) || !fits(strides[1]))
    return element_loop<Op, float, float, float>(in, strides, out, n, params);
  kernels::binary(kOp, {reinterpret_cast<const float*>(in[0]), strides[0]},
                  {reinterpret_cast<const float*>(in[1]), strides[1]},
                  reinterpret_cast<float*>(out), n);
}

// For an Op whose bits do not depend on the sign of integers.
template <kernels::Binary kOp, class Op>
ElementLoop wrapping_loop(DType dtype) {
  if (dtype == DType::kFloat32) return kernel_loop<kOp, Op>;
  return find_loop<Op, 2>(bits_type(dtype), FloatsAndBits());
}

template <kernels::Binary kOp, class Op>
ElementLoop arithmetic_loop(DType dtype) {
  if (dtype == DType::kFloat32) return kernel_loop<kOp, Op>;
  return find_loop<Op, 2>(dtype, Numbers());
}

}  // namespace inlay::ops
