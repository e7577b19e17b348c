#include "kernels/softmax.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const SoftmaxKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kSoftmaxAvx512,
    &kSoftmaxAvx2,
#endif
    &kSoftmaxRef,
};

constinit std::atomic<const SoftmaxKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<SoftmaxKernel> softmax_table() { return {kTable, std::size(kTable)}; }

const SoftmaxKernel& softmax_kernel() { return choose(softmax_table(), g_chosen); }

void softmax(const SoftmaxArgs& args, int64_t row_begin, int64_t row_end) {
  softmax_kernel().run(args, row_begin, row_end);
}

}  // namespace inlay::kernels
