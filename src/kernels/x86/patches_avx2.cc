#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/patches_inl.h"

namespace inlay::kernels {

const PatchesKernel kPatchesAvx2 = {"patches_f32_avx2", kVecIsa, pack_patches, add_floats};

}  // namespace inlay::kernels
