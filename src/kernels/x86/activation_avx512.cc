#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/activation_inl.h"

namespace inlay::kernels {

const ActivationKernel kActivationAvx512 = {"activation_f32_avx512", kVecIsa, run_unary,
                                            run_parametric};

}  // namespace inlay::kernels
