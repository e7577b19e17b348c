#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/winograd_inl.h"

namespace inlay::kernels {

const WinogradKernel kWinogradAvx2 = {"winograd_f32_avx2", kVecIsa, Vec::kWidth, winograd_input,
                                      winograd_output};

}  // namespace inlay::kernels
