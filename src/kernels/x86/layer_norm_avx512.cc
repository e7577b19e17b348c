#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/layer_norm_inl.h"

namespace inlay::kernels {

const LayerNormKernel kLayerNormAvx512 = {"layer_norm_f32_avx512", kVecIsa, run_layer_norm};

}  // namespace inlay::kernels
