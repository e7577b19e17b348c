#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/gemm_inl.h"

namespace inlay::kernels {

constexpr TileFn kTilesAvx2[] = {TileLoop<1, 1>::run, TileLoop<2, 1>::run, TileLoop<3, 1>::run,
                                 TileLoop<4, 1>::run, TileLoop<5, 1>::run, TileLoop<6, 1>::run};

const GemmKernel kGemmAvx2 = {"gemm_f32_6x16_avx2", kVecIsa,  Vec::kGemmRows, kPanel,
                              packed_bytes,         run_pack, run_gemm,       row_memory_bytes};

}  // namespace inlay::kernels
