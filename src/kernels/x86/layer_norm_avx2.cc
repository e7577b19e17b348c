#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/layer_norm_inl.h"

namespace inlay::kernels {

const LayerNormKernel kLayerNormAvx2 = {"layer_norm_f32_avx2", kVecIsa, run_layer_norm};

}  // namespace inlay::kernels
