#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/convert_inl.h"

namespace inlay::kernels {

const ConvertKernel kConvertAvx512 = {"convert_avx512", kVecIsa,    widen_f16,
                                      widen_bf16,       narrow_f16, narrow_bf16};

}  // namespace inlay::kernels
