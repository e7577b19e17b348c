#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/window_rows_inl.h"

namespace inlay::kernels {

const WindowRowsKernel kWindowRowsAvx512 = {
    "window_rows_f32_avx512", kVecIsa, weighted_sum, highest, pad_row, picked_sum, transpose_rows};

}  // namespace inlay::kernels
