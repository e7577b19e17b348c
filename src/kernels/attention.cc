#include "kernels/attention.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const AttentionKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kAttentionAvx512,
    &kAttentionAvx2,
#endif
    &kAttentionRef,
};

constinit std::atomic<const AttentionKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<AttentionKernel> attention_table() { return {kTable, std::size(kTable)}; }

const AttentionKernel& attention_kernel() { return choose(attention_table(), g_chosen); }

int64_t attention_scratch_bytes(int64_t q_rows, int64_t k_rows, int64_t head_dim, int64_t v_dim) {
  return attention_kernel().scratch_bytes(q_rows, k_rows, head_dim, v_dim);
}

void attention(const AttentionArgs& args) { attention_kernel().run(args); }

}  // namespace inlay::kernels
