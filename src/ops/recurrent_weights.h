// Weights of gates, cut into blocks of units, as products of states and inputs read them.
#pragma once

#include "kernels/gemm.h"
#include "ops/lowering.h"

namespace inlay::ops {

// Units in blocks of `tile`, the last one padded: columns of a product lie [block][gate][tile].
struct GateBlocks {
  int64_t hidden, tile, count;

  // As kernels::gemm_kernel() has panels.
  static GateBlocks of_float(int64_t hidden);
  int64_t width(int64_t gates) const { return count * gates * tile; }
  int64_t units(int64_t block) const {
    return hidden - block * tile < tile ? hidden - block * tile : tile;
  }
};

// The weights of a group's gates, a part for each: f32 in panels for kernels::gemm_kernel(), block by block.
extern const PackLayout kGatesLayout;

// A gate's weights where they lie: element (k, unit) at data[unit * k + k].
struct GateSource {
  const void* data;
  kernels::Element element;
  int64_t k, hidden;
};
// Packs a block of gate `gate` of `gates` as kGatesLayout does.
void pack_gate_block(const GateSource& source, int64_t gates, int64_t gate, int64_t block,
                     float* target);

}  // namespace inlay::ops
