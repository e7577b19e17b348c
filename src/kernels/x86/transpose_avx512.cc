#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/transpose_inl.h"

namespace inlay::kernels {

const TransposeKernel kTransposeAvx512 = {"transpose_32_avx512", kVecIsa, transpose_rows};

}  // namespace inlay::kernels
