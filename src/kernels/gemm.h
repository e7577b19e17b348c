// f32 matrix product with the weights packed once: C = activation(A * B + bias) + residual.
//
//   const GemmKernel& gemm = gemm_kernel();
//   float* packed = aligned_bytes(gemm.packed_bytes(k, n));          // 64-byte aligned
//   gemm.pack({weight, Element::kF32, k, n, 1, k, 1.0f, 0}, k, n, 0, n, packed);   // weight is [n, k]
//   gemm.run({a, k, packed, bias, nullptr, 0, c, n, m, n, k, Activation::kNone}, 0, m, 0, n);
//
// Contract: each element of A * B + bias is one chain of fused multiply-adds over k in ascending order
// that starts from the bias (or 0). So it does not depend on how rows and columns are cut, on m, or on
// the instruction set; only the activation's last bits may differ between instruction sets.
// Packed layout: panels of tile_n columns, each [k, tile_n] row-major, the last one padded with zeros.
// Thread-safe: run() may be called at once for disjoint blocks of C, pack() for disjoint columns.
#pragma once

#include <stdint.h>

#include "kernels/activation.h"
#include "kernels/element.h"
#include "kernels/kernel_table.h"
#include "kernels/stop_check.h"

namespace inlay::kernels {

// A weight matrix where it lies: element (k, n) at data[k * k_stride + n * n_stride], times `scale`.
struct PackSource {
  const void* data;
  Element element;
  int64_t k, n;
  int64_t k_stride, n_stride;
  float scale;
  int64_t n_offset;  // the column of the packed matrix that the source's column 0 becomes
};

// C[m, n] = activation(A[m, k] * B[k, n] + bias[n]) + residual[m, n], or with bias[m] instead. Strides are in
// elements, from row to row. Without `row_memory`, `residual` may be `c` itself; otherwise C overlaps nothing.
struct GemmArgs {
  const float* a;
  int64_t a_stride;
  const float* b_packed;  // 64-byte aligned
  const float* bias;      // [n], or null
  const float* residual;  // or null
  int64_t residual_stride;
  float* c;
  int64_t c_stride;
  int64_t m, n, k;
  Activation activation;
  const float* row_bias = nullptr;  // [m], instead of `bias`
  bool residual_first = false;      // C = activation(A * B + bias + residual)
  // 64-byte aligned, row_memory_bytes(m, k) of this call alone, where rows of A are laid out for the kernel; or
  // null: A is read where it lies, which takes longer where that number is not 0.
  float* row_memory = nullptr;
  StopCheck stop = {};
};

struct GemmKernel {
  const char* name;
  uint32_t isa;
  int32_t tile_m, tile_n;
  // Bytes of a packed [k, n] matrix; a multiple of 64.
  int64_t (*packed_bytes)(int64_t k, int64_t n);
  // Packs columns [column_begin, column_end) of the source into a packed [k_total, n_total] matrix.
  // Whoever packs column n_total - 1 zeroes the padding. Requires source.k == k_total.
  void (*pack)(const PackSource& source, int64_t k_total, int64_t n_total, int64_t column_begin,
               int64_t column_end, float* packed);
  // Computes rows [row_begin, row_end) x columns [column_begin, column_end) of C. Column bounds are
  // multiples of tile_n, or n.
  void (*run)(const GemmArgs& args, int64_t row_begin, int64_t row_end, int64_t column_begin,
              int64_t column_end);
  // What `row_memory` needs for blocks of up to m rows.
  int64_t (*row_memory_bytes)(int64_t m, int64_t k);
};

const GemmKernel& gemm_kernel();
KernelTable<GemmKernel> gemm_table();

// How a product is cut into independent tasks: a grid of row_blocks x column_blocks.
struct GemmPartition {
  int64_t m, n;
  int64_t rows, columns;  // of a block; the last blocks may be smaller
  int64_t row_blocks, column_blocks;

  int64_t tasks() const { return row_blocks * column_blocks; }
};

struct GemmBlock {
  int64_t row_begin, row_end, column_begin, column_end;
};

// A partition for gemm_kernel() that keeps `threads` threads equally busy. Depends on its arguments
// alone; never cuts k. threads >= 1. No tasks when m or n is 0.
GemmPartition plan_gemm(int64_t m, int64_t n, int64_t k, int threads);

// Block i of [0, partition.tasks()): neighbours share their columns, so that a panel stays in cache.
GemmBlock gemm_block(const GemmPartition& partition, int64_t i);

// kernel.run over a block, for these kernels and those of integer_gemm.h.
template <class Kernel, class Args>
void run_block(const Kernel& kernel, const Args& args, const GemmBlock& block) {
  kernel.run(args, block.row_begin, block.row_end, block.column_begin, block.column_end);
}

}  // namespace inlay::kernels
