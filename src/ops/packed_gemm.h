// Matrix products with constant weights: the packing recipe and the step that runs the kernel.
#pragma once

#include "kernels/gemm.h"
#include "ops/lowering.h"

namespace inlay::ops {

// f32 weights side by side in panels of the chosen GEMM kernel.
extern const PackLayout kGemmF32Layout;
// Vectors end to end (biases); parts have k = 1.
extern const PackLayout kVectorF32Layout;

// C[m, n] = activation(A[m, k] * packed + bias) + residual over all threads of the run.
void run_gemm(RunServices& run, const kernels::GemmArgs& args);

}  // namespace inlay::ops
