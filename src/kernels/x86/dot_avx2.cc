#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/dot_inl.h"

namespace inlay::kernels {

const DotKernel kDotAvx2 = {"dot_f32_avx2", kVecIsa, run_dot_rows, run_add_scaled};

}  // namespace inlay::kernels
