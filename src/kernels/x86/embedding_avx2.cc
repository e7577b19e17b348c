#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/embedding_inl.h"

namespace inlay::kernels {

const EmbeddingKernel kEmbeddingAvx2 = {"embedding_f32_avx2", kVecIsa, run_embedding};

}  // namespace inlay::kernels
