#include "kernels/window_rows.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const WindowRowsKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kWindowRowsAvx512,
    &kWindowRowsAvx2,
#endif
    &kWindowRowsRef,
};

constinit std::atomic<const WindowRowsKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<WindowRowsKernel> window_rows_table() { return {kTable, std::size(kTable)}; }

const WindowRowsKernel& window_rows_kernel() { return choose(window_rows_table(), g_chosen); }

}  // namespace inlay::kernels
