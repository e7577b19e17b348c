#include "ops/packed_gemm.h"

#include <algorithm>
#include <cstring>

namespace inlay::ops {
namespace {

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

void pack_gemm(const PackRecipe& recipe, int64_t unit, std::byte* target) {
  const int64_t begin = unit * kColumnsPerUnit;
  const int64_t end = std::min(recipe.n, begin + kColumnsPerUnit);
  int64_t offset = 0;
  for (const PackPart& part : recipe.parts) {
    const int64_t from = std::max(begin, offset), to = std::min(end, offset + part.n);
    if (from < to) {
      const kernels::PackSource source{part.tensor->as<float>() + part.offset,
                                       part.k,
                                       part.n,
                                       part.k_stride,
                                       part.n_stride,
                                       part.scale,
                                       offset};
      kernels::gemm_kernel().pack(source, recipe.k, recipe.n, from - offset, to - offset,
                                  reinterpret_cast<float*>(target));
    }
    offset += part.n;
  }
}

Result<int64_t> vector_bytes(const PackRecipe& recipe) {
  return recipe.n * static_cast<int64_t>(sizeof(float));
}

int64_t one_unit(const PackRecipe&) { return 1; }

void pack_vector(const PackRecipe& recipe, int64_t, std::byte* target) {
  auto* out = reinterpret_cast<float*>(target);
  for (const PackPart& part : recipe.parts) {
    for (int64_t i = 0; i < part.n; ++i) {
      float element = 0;
      if (part.tensor)
        std::memcpy(&element, part.tensor->as<float>() + part.offset + i * part.n_stride,
                    sizeof element);
      *out++ = element * part.scale;
    }
  }
}

}  // namespace

constinit const PackLayout kGemmF32Layout{"gemm_f32", gemm_bytes, unit_count, pack_gemm};
constinit const PackLayout kVectorF32Layout{"vector_f32", vector_bytes, one_unit, pack_vector};

void run_gemm(RunServices& run, const kernels::GemmArgs& args) {
  const kernels::GemmKernel& kernel = kernels::gemm_kernel();
  const kernels::GemmPartition partition =
      kernels::plan_gemm(args.m, args.n, args.k, run.pool().threads());
  run.pool().parallel_for(partition.tasks(), [&](int64_t i) {
    if (run.cancelled()) return;
    const kernels::GemmBlock block = kernels::gemm_block(partition, i);
    kernel.run(args, block.row_begin, block.row_end, block.column_begin, block.column_end);
  });
}

}  // namespace inlay::ops
