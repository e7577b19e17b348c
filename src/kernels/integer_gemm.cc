#include "kernels/integer_gemm.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const IntegerGemmKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kIntegerGemmVnni,
    &kIntegerGemmAvx512,
    &kIntegerGemmAvx2,
#endif
    &kIntegerGemmRef,
};

constinit std::atomic<const IntegerGemmKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<IntegerGemmKernel> integer_gemm_table() { return {kTable, std::size(kTable)}; }

const IntegerGemmKernel& integer_gemm_kernel() { return choose(integer_gemm_table(), g_chosen); }
}  // namespace inlay::kernels
