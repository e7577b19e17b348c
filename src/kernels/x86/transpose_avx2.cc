#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/transpose_inl.h"

namespace inlay::kernels {

const TransposeKernel kTransposeAvx2 = {"transpose_32_avx2", kVecIsa, transpose_rows};

}  // namespace inlay::kernels
