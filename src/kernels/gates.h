// What the gates of a recurrent cell make of its state, f32, one step of one row.
//
// Contract: as of the functions in activation.h, with one rounding a product and sum; results depend on their own
// unit alone. Thread-safe.
#pragma once

#include <stdint.h>

#include "kernels/kernel_table.h"

namespace inlay::kernels {

// c = σ(f) c + σ(i) tanh(g) and h = σ(o) tanh(c), of n units; h may be none of the others.
struct LstmUnits {
  const float *i, *o, *f, *g;
  float *c, *h;
  int64_t n;
};

struct GatesKernel {
  const char* name;
  uint32_t isa;
  void (*lstm)(const LstmUnits& units);
};

const GatesKernel& gates_kernel();
KernelTable<GatesKernel> gates_table();

}  // namespace inlay::kernels
