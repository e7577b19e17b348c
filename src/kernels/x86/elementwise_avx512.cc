#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/elementwise_inl.h"

namespace inlay::kernels {

const ElementwiseKernel kElementwiseAvx512 = {"elementwise_f32_avx512", kVecIsa, run_binary};

}  // namespace inlay::kernels
