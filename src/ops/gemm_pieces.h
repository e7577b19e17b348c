// Matrix products that can be cancelled: a block of one in pieces of about a millisecond.
#pragma once

#include <algorithm>

#include "kernels/gemm.h"
#include "ops/lowering.h"

namespace inlay::ops {

// kernel.run over `block` of `args`, for the kernels of gemm.h and integer_gemm.h. Panels of columns stay whole,
// and the result is the same to the bit.
template <class Kernel, class Args>
void run_in_pieces(const RunServices& run, const Kernel& kernel, const Args& args,
                   const kernels::GemmBlock& block) {
  constexpr int64_t kProductsAtOnce = int64_t{32} << 20;
  constexpr int64_t kMemoryRows = 12;  // fewer take as long: panels come from memory
  const int64_t row_products = std::max<int64_t>(args.k * kernel.tile_n, 1);  // of a panel
  const int64_t rows =
      std::max<int64_t>(kProductsAtOnce / row_products / kernel.tile_m, 1) * kernel.tile_m;
  const int64_t rows_of_work =
      std::max(std::min(block.row_end - block.row_begin, rows), kMemoryRows);
  const int64_t columns =
      std::max<int64_t>(kProductsAtOnce / (row_products * rows_of_work), 1) * kernel.tile_n;
  for (int64_t c = block.column_begin; c < block.column_end; c += columns)
    for (int64_t r = block.row_begin; r < block.row_end; r += rows) {
      if (run.cancelled()) return;
      kernel.run(args, r, std::min(r + rows, block.row_end), c,
                 std::min(c + columns, block.column_end));
    }
}

}  // namespace inlay::ops
