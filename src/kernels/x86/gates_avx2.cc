#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/gates_inl.h"

namespace inlay::kernels {

const GatesKernel kGatesAvx2 = {"gates_f32_avx2", kVecIsa, run_lstm};

}  // namespace inlay::kernels
