#include "kernels/transpose.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const TransposeKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kTransposeAvx512,
    &kTransposeAvx2,
#endif
    &kTransposeRef,
};

constinit std::atomic<const TransposeKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<TransposeKernel> transpose_table() { return {kTable, std::size(kTable)}; }

const TransposeKernel& transpose_kernel() { return choose(transpose_table(), g_chosen); }

}  // namespace inlay::kernels
