#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/convert_inl.h"

namespace inlay::kernels {

const ConvertKernel kConvertAvx2 = {"convert_avx2", kVecIsa,    widen_f16,
                                    widen_bf16,     narrow_f16, narrow_bf16};

}  // namespace inlay::kernels
