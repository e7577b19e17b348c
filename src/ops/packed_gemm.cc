#include "ops/packed_gemm.h"

#include <algorithm>

#include "ops/lanes.h"
#include "ops/stop_check.h"
#include "ops/weights.h"

namespace inlay::ops {
namespace {

// What one thread packs and uses at once where nothing is kept: a part of a second-level cache.
constexpr int64_t kCachedBytes = 256 * 1024;
// Columns that one thread packs at a time; a multiple of every kernel's tile_n.
constexpr int64_t kColumnsPerUnit = 192;

int64_t unit_count(const PackRecipe& recipe) {
  return (recipe.n + kColumnsPerUnit - 1) / kColumnsPerUnit;
}

Result<int64_t> gemm_bytes(const PackRecipe& recipe) {
  int64_t elements = 0;
  if (recipe.k < 0 || recipe.n < 0 || __builtin_mul_overflow(recipe.k, recipe.n, &elements))
    return invalid("weights of {} by {} are too large", recipe.k, recipe.n);
  return kernels::gemm_kernel().packed_bytes(recipe.k, recipe.n);
}

// Packs columns [begin, end) of the recipe into a packed matrix of `columns` columns that starts with
// the recipe's column `first`.
void pack_columns(const PackRecipe& recipe, int64_t begin, int64_t end, int64_t first,
                  int64_t columns, float* target) {
  int64_t offset = 0;
  for (const PackPart& part : recipe.parts) {
    const int64_t from = std::max(begin, offset), to = std::min(end, offset + part.n);
    if (from < to) {
      const graph::Tensor& tensor = *part.tensor;
      const kernels::PackSource source{
          tensor.data.data() + part.offset * graph::dtype_bytes(tensor.dtype),
          element_of(tensor.dtype),
          part.k,
          part.n,
          part.k_stride,
          part.n_stride,
          part.scale,
          offset - first};
      kernels::gemm_kernel().pack(source, recipe.k, columns, from - offset, to - offset, target);
    }
    offset += part.n;
  }
}

void pack_gemm(const PackRecipe& recipe, int64_t unit, std::byte* target) {
  const int64_t begin = unit * kColumnsPerUnit;
  pack_columns(recipe, begin, std::min(recipe.n, begin + kColumnsPerUnit), 0, recipe.n,
               reinterpret_cast<float*>(target));
}

Result<int64_t> vector_bytes(const PackRecipe& recipe) {
  return recipe.n * static_cast<int64_t>(sizeof(float));
}

int64_t one_unit(const PackRecipe&) { return 1; }

void pack_vector(const PackRecipe& recipe, int64_t, std::byte* target) {
  auto* out = reinterpret_cast<float*>(target);
  for (const PackPart& part : recipe.parts) {
    for (int64_t i = 0; i < part.n; ++i) {
      *out++ =
          part.tensor ? part.scale * read_weight(*part.tensor, part.offset + i * part.n_stride) : 0;
    }
  }
}

}  // namespace

constinit const PackLayout kGemmF32Layout{"gemm_f32", gemm_bytes, unit_count, pack_gemm, true};
constinit const PackLayout kVectorF32Layout{"vector_f32", vector_bytes, one_unit, pack_vector,
                                            false};

Status run_gemm(RunServices& run, const kernels::GemmArgs& args) {
  const kernels::GemmKernel& kernel = kernels::gemm_kernel();
  const kernels::GemmPartition partition =
      kernels::plan_gemm(args.m, args.n, args.k, run.pool().threads());
  const int64_t lanes = lane_count(run.pool(), partition.tasks());
  const bool in_place = args.residual == args.c;
  const int64_t bytes = in_place ? 0 : kernel.row_memory_bytes(partition.rows, args.k);
  std::byte* row_memory = nullptr;
  if (bytes > 0) {
    INLAY_ASSIGN(row_memory, run.scratch(bytes * lanes));
  }
  for_each_in_lanes(run.pool(), partition.tasks(), lanes, [&](int64_t lane, int64_t i) {
    kernels::GemmArgs block_args = args;
    block_args.stop = stop_check(run);
    if (row_memory) block_args.row_memory = reinterpret_cast<float*>(row_memory + lane * bytes);
    kernels::run_block(kernel, block_args, kernels::gemm_block(partition, i));
  });
  return Status();
}

Status run_gemm_unpacked(RunServices& run, const kernels::GemmArgs& args,
                         const PackRecipe& weights) {
  const kernels::GemmKernel& kernel = kernels::gemm_kernel();
  const int64_t tile_bytes = std::max<int64_t>(kernel.packed_bytes(args.k, kernel.tile_n), 1);
  const int64_t width = std::max<int64_t>(kCachedBytes / tile_bytes, 1) * kernel.tile_n;
  const int64_t blocks = (args.n + width - 1) / width, bytes = kernel.packed_bytes(args.k, width);
  const int64_t lanes = lane_count(run.pool(), blocks);
  INLAY_ASSIGN(std::byte* const scratch, run.scratch(bytes * lanes));
  for_each_in_lanes(run.pool(), blocks, lanes, [&](int64_t lane, int64_t i) {
    if (run.cancelled()) return;
    auto* const packed = reinterpret_cast<float*>(scratch + lane * bytes);
    const int64_t begin = i * width, end = std::min(args.n, begin + width);
    pack_columns(weights, begin, end, begin, end - begin, packed);
    kernels::GemmArgs block = args;
    block.b_packed = packed;
    block.n = end - begin;
    block.c += begin;
    if (block.bias) block.bias += begin;
    if (block.residual) block.residual += begin;
    block.stop = stop_check(run);
    kernel.run(block, 0, block.m, 0, block.n);
  });
  return Status();
}

}  // namespace inlay::ops
