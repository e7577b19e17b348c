#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/reduction_inl.h"

namespace inlay::kernels {

const ReductionKernel kReductionAvx2 = {"reduction_f32_avx2", kVecIsa, reduce_rows, reduce_columns,
                                        row_moments,          find,    arg_columns};

}  // namespace inlay::kernels
