#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/softmax_inl.h"

namespace inlay::kernels {

const SoftmaxKernel kSoftmaxAvx2 = {"softmax_f32_avx2", kVecIsa, run_softmax, run_softmax_columns};

}  // namespace inlay::kernels
