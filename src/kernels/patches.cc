#include "kernels/patches.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const PatchesKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kPatchesAvx512,
    &kPatchesAvx2,
#endif
    &kPatchesRef,
};

constinit std::atomic<const PatchesKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<PatchesKernel> patches_table() { return {kTable, std::size(kTable)}; }

const PatchesKernel& patches_kernel() { return choose(patches_table(), g_chosen); }

}  // namespace inlay::kernels
