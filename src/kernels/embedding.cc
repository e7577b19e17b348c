#include "kernels/embedding.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const EmbeddingKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kEmbeddingAvx512,
    &kEmbeddingAvx2,
#endif
    &kEmbeddingRef,
};

constinit std::atomic<const EmbeddingKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<EmbeddingKernel> embedding_table() { return {kTable, std::size(kTable)}; }

const EmbeddingKernel& embedding_kernel() { return choose(embedding_table(), g_chosen); }

void embedding(const EmbeddingArgs& args, int64_t row_begin, int64_t row_end) {
  embedding_kernel().run(args, row_begin, row_end);
}

}  // namespace inlay::kernels
