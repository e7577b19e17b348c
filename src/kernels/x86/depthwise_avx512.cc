#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/depthwise_inl.h"

namespace inlay::kernels {

const DepthwiseKernel kDepthwiseAvx512 = {"depthwise_f32_avx512", kVecIsa, Vec::kWidth,
                                          depthwise_sum, depthwise_highest};

}  // namespace inlay::kernels
