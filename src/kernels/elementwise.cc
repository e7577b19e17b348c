#include "kernels/elementwise.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const ElementwiseKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kElementwiseAvx512,
    &kElementwiseAvx2,
#endif
    &kElementwiseRef,
};

constinit std::atomic<const ElementwiseKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<ElementwiseKernel> elementwise_table() { return {kTable, std::size(kTable)}; }

const ElementwiseKernel& elementwise_kernel() { return choose(elementwise_table(), g_chosen); }

void binary(Binary op, BinaryOperand a, BinaryOperand b, float* y, int64_t n) {
  elementwise_kernel().run(op, a, b, y, n);
}

}  // namespace inlay::kernels
