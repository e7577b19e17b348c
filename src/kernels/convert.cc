#include "kernels/convert.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const ConvertKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kConvertAvx512,
    &kConvertAvx2,
#endif
    &kConvertRef,
};

constinit std::atomic<const ConvertKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<ConvertKernel> convert_table() { return {kTable, std::size(kTable)}; }

const ConvertKernel& convert_kernel() { return choose(convert_table(), g_chosen); }

}  // namespace inlay::kernels
