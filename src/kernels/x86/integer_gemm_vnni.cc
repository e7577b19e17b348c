#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/integer_gemm_inl.h"

namespace inlay::kernels {

constexpr uint32_t kVnniIsa = 1u << 2;  // kIsaVnni

const IntegerGemmKernel kIntegerGemmVnni = {
    "integer_gemm_u8s8_12x32_vnni", kVecIsa | kVnniIsa, kRows,           kPanel,
    integer_packed_bytes,           run_integer_pack,   run_integer_gemm};

}  // namespace inlay::kernels
