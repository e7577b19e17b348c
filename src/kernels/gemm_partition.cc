#include "kernels/gemm.h"

namespace inlay::kernels {
namespace {

int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

// Below this many multiply-adds a second task costs more than it brings.
constexpr int64_t kTaskWork = 64 * 1024;

}  // namespace

GemmPartition plan_gemm(int64_t m, int64_t n, int64_t k, int threads) {
  if (m <= 0 || n <= 0) return {m, n, 1, 1, 0, 0};
  const GemmKernel& kernel = gemm_kernel();
  const int64_t panels = divide_up(n, kernel.tile_n);
  const int64_t most = smaller(divide_up(m * n * (k > 0 ? k : 1), kTaskWork), panels * m);
  if (threads <= 1 || most <= 1) return {m, n, m, n, 1, 1};
  // Whole columns to each thread read every weight once; with many rows, rows are cut as well so that a
  // thread that is late can be helped.
  const int64_t column_blocks = smaller(smaller(panels, threads), most);
  const int64_t columns = divide_up(panels, column_blocks) * kernel.tile_n;
  const int64_t row_blocks = smaller(divide_up(m, 128), divide_up(most, column_blocks));
  const int64_t rows = divide_up(divide_up(m, row_blocks), kernel.tile_m) * kernel.tile_m;
  return {m, n, rows, columns, divide_up(m, rows), divide_up(n, columns)};
}

GemmBlock gemm_block(const GemmPartition& partition, int64_t i) {
  const int64_t row = i % partition.row_blocks * partition.rows;
  const int64_t column = i / partition.row_blocks * partition.columns;
  return {row, smaller(row + partition.rows, partition.m), column,
          smaller(column + partition.columns, partition.n)};
}

}  // namespace inlay::kernels
