#include "kernels/gemm.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const GemmKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kGemmAvx512,
    &kGemmAvx2,
#endif
    &kGemmRef,
};

constinit std::atomic<const GemmKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<GemmKernel> gemm_table() { return {kTable, std::size(kTable)}; }

const GemmKernel& gemm_kernel() { return choose(gemm_table(), g_chosen); }
}  // namespace inlay::kernels
