#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/attention_inl.h"

namespace inlay::kernels {

const AttentionKernel kAttentionAvx2 = {"attention_f32_avx2", kVecIsa, attention_bytes,
                                        run_attention};

}  // namespace inlay::kernels
