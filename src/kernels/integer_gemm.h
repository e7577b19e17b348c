// u8 x s8 matrix product with packed weights: whole sums of 32 bits, or those scaled to float.
//
//   const IntegerGemmKernel& gemm = integer_gemm_kernel();
//   gemm.pack({weight, false, k, n, n, 1}, 0, n, packed);       // weight is int8 [k, n]
//   IntegerGemmArgs args = {};  … args.c = c;
//   gemm.run(args, 0, m, 0, n);
//
// Contract: S[i, j] = whole_bias[j] + sum over k of (a[i, k] - a_zero[i]) * (b[k, j] - b_zero[j]), modulo 2^32, the
// same from every entry. Then either c = S, or y = activation(float(S) * scale[j] + bias[j]), each operation
// rounded by itself, so that only the activation's last bits may differ.
// a is unsigned; signed elements come with their sign bit turned over, and a zero point 128 higher.
// b is signed; unsigned elements are packed as themselves minus 128, with a zero point 128 lower.
// Thread-safe: run() may be called at once for disjoint blocks of the result, pack() for disjoint columns.
#pragma once

#include <stdint.h>

#include "kernels/activation.h"
#include "kernels/kernel_table.h"
#include "kernels/stop_check.h"

namespace inlay::kernels {

// Weights of 8 bits where they lie: element (k, n) at data[k * k_stride + n * n_stride].
struct IntegerPackSource {
  const void* data;
  bool is_unsigned;
  int64_t k, n;
  int64_t k_stride, n_stride;
};

// Zero points lie at a_zero[row * a_zero_stride] and b_zero[column * b_zero_stride]; strides are 0 or 1.
struct IntegerGemmArgs {
  const uint8_t* a;  // [m, k]
  int64_t a_stride;
  const void* b_packed;   // 64-byte aligned
  const int32_t* a_zero;  // or null: 0
  int64_t a_zero_stride;
  const int32_t* b_zero;  // or null: 0
  int64_t b_zero_stride;
  const int32_t* row_sums;  // [m], the sums of a's rows; needed with b_zero
  int32_t* c;               // [m, n], or null
  float* y;                 // [m, n], where c is null
  const float* scale;       // scale[column * scale_stride]; stride 0 or 1
  int64_t scale_stride;
  const float* bias;  // [n], or null
  int64_t m, n, k;
  Activation activation;
  const int32_t* whole_bias = nullptr;  // [n]
  StopCheck stop = {};
};

struct IntegerGemmKernel {
  const char* name;
  uint32_t isa;
  int32_t tile_m, tile_n;
  // Bytes of a packed [k, n] matrix with the sums of its columns; a multiple of 64.
  int64_t (*packed_bytes)(int64_t k, int64_t n);
  // Packs columns [column_begin, column_end), which are multiples of tile_n, or n.
  void (*pack)(const IntegerPackSource& source, int64_t column_begin, int64_t column_end,
               void* packed);
  // Computes rows [row_begin, row_end) x columns [column_begin, column_end). Column bounds are multiples of
  // tile_n, or n.
  void (*run)(const IntegerGemmArgs& args, int64_t row_begin, int64_t row_end, int64_t column_begin,
              int64_t column_end);
};

// tile_n is that of gemm_kernel(), whose plan_gemm() cuts these products too.
const IntegerGemmKernel& integer_gemm_kernel();
KernelTable<IntegerGemmKernel> integer_gemm_table();

}  // namespace inlay::kernels
