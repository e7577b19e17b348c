#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/gemm_inl.h"

namespace inlay::kernels {

const GemmKernel kGemmAvx2 = {"gemm_f32_6x16_avx2", kVecIsa,  Vec::kGemmRows, kPanel,
                              packed_bytes,         run_pack, run_gemm,       row_memory_bytes};

}  // namespace inlay::kernels
