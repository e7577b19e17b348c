// How many blocks a product is cut into: a handful of grids are weighed by a cost in cycles.
#include "kernels/gemm.h"

namespace inlay::kernels {
namespace {

int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

// Multiply-adds that are worth a task of their own: a few microseconds.
constexpr int64_t kTaskWork = 128 * 1024;
// Rows whose arithmetic takes as long as bringing a panel of weights from memory.
constexpr int64_t kMemoryRows = 12;
// Handing out a task, in the cost's unit: one row of one panel at one k.
constexpr int64_t kTaskCost = 2000;

struct Grid {
  int64_t rows, panels;  // of a block
  int64_t row_blocks, column_blocks;
};

Grid make_grid(int64_t m, int64_t panels, int64_t row_blocks, int64_t column_blocks) {
  const int64_t rows = divide_up(m, row_blocks), width = divide_up(panels, column_blocks);
  return {rows, width, divide_up(m, rows), divide_up(panels, width)};
}

// The time of the busiest thread, plus a tenth of a task for threads that are held up. The 2 stands for
// the weights' way from one cache to the next, which makes many rows on few panels the better block.
int64_t cost(const Grid& grid, int64_t k, int threads) {
  const int64_t rounds = divide_up(grid.row_blocks * grid.column_blocks, threads);
  const int64_t task = grid.panels * k * (larger(grid.rows, kMemoryRows) + 2) + kTaskCost;
  return rounds * task + task / 10;
}

}  // namespace

GemmPartition plan_gemm(int64_t m, int64_t n, int64_t k, int threads) {
  if (m <= 0 || n <= 0) return {m, n, 1, 1, 0, 0};
  const GemmKernel& kernel = gemm_kernel();
  const int64_t panels = divide_up(n, kernel.tile_n);
  const int64_t most_tasks = larger(m * n * larger(k, 1) / kTaskWork, 1);
  Grid best = make_grid(m, panels, 1, 1);
  for (int64_t per_thread = 1; per_thread <= 4 && threads > 1; per_thread *= 2) {
    const int64_t tasks = smaller(threads * per_thread, most_tasks);
    for (int64_t columns = 1; columns <= smaller(tasks, panels); ++columns) {
      const int64_t rows = smaller(divide_up(tasks, columns), divide_up(m, 4));
      const Grid grid = make_grid(m, panels, rows, columns);
      if (cost(grid, k, threads) < cost(best, k, threads)) best = grid;
    }
  }
  return {m, n, best.rows, best.panels * kernel.tile_n, best.row_blocks, best.column_blocks};
}

GemmBlock gemm_block(const GemmPartition& partition, int64_t i) {
  const int64_t row = i % partition.row_blocks * partition.rows;
  const int64_t column = i / partition.row_blocks * partition.columns;
  return {row, smaller(row + partition.rows, partition.m), column,
          smaller(column + partition.columns, partition.n)};
}

}  // namespace inlay::kernels
