#include "kernels/layer_norm.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr const LayerNormKernel* kTable[] = {
#if INLAY_KERNELS_X86
    &kLayerNormAvx512,
    &kLayerNormAvx2,
#endif
    &kLayerNormRef,
};

constinit std::atomic<const LayerNormKernel*> g_chosen{nullptr};

}  // namespace

KernelTable<LayerNormKernel> layer_norm_table() { return {kTable, std::size(kTable)}; }

const LayerNormKernel& layer_norm_kernel() { return choose(layer_norm_table(), g_chosen); }

void layer_norm(const LayerNormArgs& args, int64_t row_begin, int64_t row_end) {
  layer_norm_kernel().run(args, row_begin, row_end);
}

}  // namespace inlay::kernels
