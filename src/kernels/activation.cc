#include "kernels/activation.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const ActivationKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kActivationAvx512,
    &kActivationAvx2,
#endif
    &kActivationRef,
};

constinit std::atomic<const ActivationKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<ActivationKernel> activation_table() { return {kTable, std::size(kTable)}; }

const ActivationKernel& activation_kernel() { return choose(activation_table(), g_chosen); }

void unary(Unary op, const float* x, float* y, int64_t n) { activation_kernel().run(op, x, y, n); }

void parametric(Parametric op, Parameters p, const float* x, float* y, int64_t n) {
  activation_kernel().run_parametric(op, p, x, y, n);
}

}  // namespace inlay::kernels
