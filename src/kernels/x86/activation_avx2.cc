#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/activation_inl.h"

namespace inlay::kernels {

const ActivationKernel kActivationAvx2 = {"activation_f32_avx2", kVecIsa, run_unary,
                                          run_parametric};

}  // namespace inlay::kernels
