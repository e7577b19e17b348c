// Arithmetic of two f32 operands, each an array or one value: y[i] = a[i * a_step] op b[i * b_step].
//
//   binary(Binary::kAdd, {x, 1}, {&one, 0}, y, n);   // y = x + 1
//
// Contract: IEEE results, correctly rounded. Steps are 0 (one value) or 1. y may be a or b where that
// is an array. kMin and kMax give NaN when either operand is NaN. Thread-safe.
#pragma once

#include <stdint.h>

#include "kernels/kernel_table.h"

namespace inlay::kernels {

enum class Binary : uint8_t { kAdd, kSub, kMul, kDiv, kMin, kMax };
constexpr int kBinaryCount = 6;

struct BinaryOperand {
  const float* data;
  int64_t step;  // 0 or 1
};

struct ElementwiseKernel {
  const char* name;
  uint32_t isa;
  void (*run)(Binary op, BinaryOperand a, BinaryOperand b, float* y, int64_t n);
};

const ElementwiseKernel& elementwise_kernel();
KernelTable<ElementwiseKernel> elementwise_table();

void binary(Binary op, BinaryOperand a, BinaryOperand b, float* y, int64_t n);

}  // namespace inlay::kernels
