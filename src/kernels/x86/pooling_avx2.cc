#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/pooling_inl.h"

namespace inlay::kernels {

const PoolingKernel kPoolingAvx2 = {"pooling_f32_avx2", kVecIsa, run_sum,
                                    run_weighted_sum,   run_max, run_l2_normalize};

}  // namespace inlay::kernels
