#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/depthwise_inl.h"

namespace inlay::kernels {

const DepthwiseKernel kDepthwiseAvx2 = {"depthwise_f32_avx2", kVecIsa, Vec::kWidth, depthwise_sum,
                                        depthwise_highest};

}  // namespace inlay::kernels
