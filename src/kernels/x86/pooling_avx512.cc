#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/pooling_inl.h"

namespace inlay::kernels {

const PoolingKernel kPoolingAvx512 = {"pooling_f32_avx512", kVecIsa, run_sum,
                                      run_weighted_sum,     run_max, run_l2_normalize};

}  // namespace inlay::kernels
