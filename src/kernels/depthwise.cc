#include "kernels/depthwise.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const DepthwiseKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kDepthwiseAvx512,
    &kDepthwiseAvx2,
#endif
    &kDepthwiseRef,
};

constinit std::atomic<const DepthwiseKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<DepthwiseKernel> depthwise_table() { return {kTable, std::size(kTable)}; }

const DepthwiseKernel& depthwise_kernel() { return choose(depthwise_table(), g_chosen); }

}  // namespace inlay::kernels
