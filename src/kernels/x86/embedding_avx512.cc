#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/embedding_inl.h"

namespace inlay::kernels {

const EmbeddingKernel kEmbeddingAvx512 = {"embedding_f32_avx512", kVecIsa, run_embedding};

}  // namespace inlay::kernels
