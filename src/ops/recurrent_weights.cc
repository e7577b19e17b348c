// Weights of gates as products of states and inputs read them.
#include "ops/recurrent_weights.h"

#include <algorithm>

#include "ops/weights.h"

namespace inlay::ops {
namespace {

Result<int64_t> gates_bytes(const PackRecipe& recipe) {
  const int64_t gates = static_cast<int64_t>(recipe.parts.size()), hidden = recipe.parts[0].n;
  const int64_t columns = GateBlocks::of_float(hidden).count * kernels::gemm_kernel().tile_n;
  int64_t elements = 0;
  if (__builtin_mul_overflow(columns * gates, recipe.k, &elements) || elements > INT64_MAX / 4)
    return invalid("weights of {} by {} are too large", recipe.k, recipe.n);
  return elements * static_cast<int64_t>(sizeof(float));
}

int64_t gates_units(const PackRecipe& recipe) {
  return GateBlocks::of_float(recipe.parts[0].n).count;
}

void pack_gates(const PackRecipe& recipe, int64_t unit, std::byte* target) {
  int64_t gate = 0;
  for (const PackPart& part : recipe.parts) {
    const graph::Tensor& tensor = *part.tensor;
    const std::byte* data = tensor.data.data() + part.offset * graph::dtype_bytes(tensor.dtype);
    pack_gate_block({data, element_of(tensor.dtype), part.k, part.n},
                    static_cast<int64_t>(recipe.parts.size()), gate++, unit,
                    reinterpret_cast<float*>(target));
  }
}

}  // namespace

constinit const PackLayout kGatesLayout{"gates_f32", gates_bytes, gates_units, pack_gates, false};

GateBlocks GateBlocks::of_float(int64_t hidden) {
  const int64_t tile = kernels::gemm_kernel().tile_n;
  return {hidden, tile, (hidden + tile - 1) / tile};
}

void pack_gate_block(const GateSource& source, int64_t gates, int64_t gate, int64_t block,
                     float* target) {
  const kernels::GemmKernel& kernel = kernels::gemm_kernel();
  const int64_t tile = kernel.tile_n, begin = block * tile;
  const int64_t n = std::min(tile, source.hidden - begin);
  kernel.pack({source.data, source.element, source.k, source.hidden, 1, source.k, 1.0f, -begin},
              source.k, n, begin, begin + n, target + (block * gates + gate) * tile * source.k);
}

}  // namespace inlay::ops
