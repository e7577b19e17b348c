#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/integer_gemm_inl.h"

namespace inlay::kernels {

const IntegerGemmKernel kIntegerGemmAvx512 = {"integer_gemm_u8s8_12x32_avx512",
                                              kVecIsa,
                                              kRows,
                                              kPanel,
                                              integer_packed_bytes,
                                              run_integer_pack,
                                              run_integer_gemm};

}  // namespace inlay::kernels
