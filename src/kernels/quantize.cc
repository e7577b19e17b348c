#include "kernels/quantize.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const QuantizeKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kQuantizeAvx512,
    &kQuantizeAvx2,
#endif
    &kQuantizeRef,
};

constinit std::atomic<const QuantizeKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<QuantizeKernel> quantize_table() { return {kTable, std::size(kTable)}; }

const QuantizeKernel& quantize_kernel() { return choose(quantize_table(), g_chosen); }
}  // namespace inlay::kernels
