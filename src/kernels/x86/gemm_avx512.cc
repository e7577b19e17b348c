#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/gemm_inl.h"

namespace inlay::kernels {

constexpr TileFn kTilesAvx512[] = {TileLoop<1, 1>::run,  TileLoop<2, 1>::run,  TileLoop<3, 1>::run,
                                   TileLoop<4, 1>::run,  TileLoop<5, 1>::run,  TileLoop<6, 1>::run,
                                   TileLoop<7, 1>::run,  TileLoop<8, 1>::run,  TileLoop<9, 1>::run,
                                   TileLoop<10, 1>::run, TileLoop<11, 1>::run, TileLoop<12, 1>::run,
                                   TileLoop<13, 1>::run, TileLoop<14, 1>::run};

const GemmKernel kGemmAvx512 = {
    "gemm_f32_14x32_avx512", kVecIsa, Vec::kGemmRows, kPanel, packed_bytes, run_pack, run_gemm,
    row_memory_bytes};

}  // namespace inlay::kernels
