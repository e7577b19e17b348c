#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/gemm_inl.h"

namespace inlay::kernels {

const GemmKernel kGemmAvx512 = {
    "gemm_f32_14x32_avx512", kVecIsa, Vec::kGemmRows, kPanel, packed_bytes, run_pack, run_gemm,
    row_memory_bytes};

}  // namespace inlay::kernels
