#include "kernels/reduction.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const ReductionKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kReductionAvx512,
    &kReductionAvx2,
#endif
    &kReductionRef,
};

constinit std::atomic<const ReductionKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<ReductionKernel> reduction_table() { return {kTable, std::size(kTable)}; }

const ReductionKernel& reduction_kernel() { return choose(reduction_table(), g_chosen); }

}  // namespace inlay::kernels
