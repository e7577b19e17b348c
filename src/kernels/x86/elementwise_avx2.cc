#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/elementwise_inl.h"

namespace inlay::kernels {

const ElementwiseKernel kElementwiseAvx2 = {"elementwise_f32_avx2", kVecIsa, run_binary};

}  // namespace inlay::kernels
