#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/patches_inl.h"

namespace inlay::kernels {

const PatchesKernel kPatchesAvx512 = {"patches_f32_avx512", kVecIsa, pack_patches, add_floats};

}  // namespace inlay::kernels
