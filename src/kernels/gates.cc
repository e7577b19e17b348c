#include "kernels/gates.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const GatesKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kGatesAvx512,
    &kGatesAvx2,
#endif
    &kGatesRef,
};

constinit std::atomic<const GatesKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<GatesKernel> gates_table() { return {kTable, std::size(kTable)}; }

const GatesKernel& gates_kernel() { return choose(gates_table(), g_chosen); }

}  // namespace inlay::kernels
