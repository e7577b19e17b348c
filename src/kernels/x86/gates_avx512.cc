#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/gates_inl.h"

namespace inlay::kernels {

const GatesKernel kGatesAvx512 = {"gates_f32_avx512", kVecIsa, run_lstm};

}  // namespace inlay::kernels
