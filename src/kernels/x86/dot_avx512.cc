#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/dot_inl.h"

namespace inlay::kernels {

const DotKernel kDotAvx512 = {"dot_f32_avx512", kVecIsa, run_dot_rows, run_add_scaled};

}  // namespace inlay::kernels
