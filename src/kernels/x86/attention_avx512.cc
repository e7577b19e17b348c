#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/attention_inl.h"

namespace inlay::kernels {

const AttentionKernel kAttentionAvx512 = {"attention_f32_avx512", kVecIsa, attention_bytes,
                                          run_attention};

}  // namespace inlay::kernels
