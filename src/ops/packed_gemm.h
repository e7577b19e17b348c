// Matrix products with constant weights: the packing recipe and the step that runs the kernel.
#pragma once

#include "kernels/gemm.h"
#include "ops/lowering.h"

namespace inlay::ops {

// f32, f16 or bf16 weights side by side as f32 in panels of the chosen GEMM kernel. Optional.
extern const PackLayout kGemmF32Layout;
// Vectors of the same types end to end as f32 (biases); parts have k = 1.
extern const PackLayout kVectorF32Layout;

// C[m, n] = activation(A[m, k] * packed + bias) + residual over all threads of the run.
Status run_gemm(RunServices& run, const kernels::GemmArgs& args);
// The same, to the bit, with weights that are not packed: each thread packs columns into a part of its
// second-level cache, uses them and forgets them. Takes less time than packing first and running then.
Status run_gemm_unpacked(RunServices& run, const kernels::GemmArgs& args,
                         const PackRecipe& weights);

}  // namespace inlay::ops
