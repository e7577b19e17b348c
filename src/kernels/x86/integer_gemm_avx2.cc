#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/integer_gemm_inl.h"

namespace inlay::kernels {

const IntegerGemmKernel kIntegerGemmAvx2 = {
    "integer_gemm_u8s8_6x16_avx2", kVecIsa,          kRows,           kPanel,
    integer_packed_bytes,          run_integer_pack, run_integer_gemm};

}  // namespace inlay::kernels
