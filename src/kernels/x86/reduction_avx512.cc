#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/reduction_inl.h"

namespace inlay::kernels {

const ReductionKernel kReductionAvx512 = {
    "reduction_f32_avx512", kVecIsa, reduce_rows, reduce_columns, row_moments, find, arg_columns};

}  // namespace inlay::kernels
