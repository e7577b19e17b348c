#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/softmax_inl.h"

namespace inlay::kernels {

const SoftmaxKernel kSoftmaxAvx512 = {"softmax_f32_avx512", kVecIsa, run_softmax,
                                      run_softmax_columns};

}  // namespace inlay::kernels
