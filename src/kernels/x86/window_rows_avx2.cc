#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/window_rows_inl.h"

namespace inlay::kernels {

const WindowRowsKernel kWindowRowsAvx2 = {
    "window_rows_f32_avx2", kVecIsa, weighted_sum, highest, pad_row, picked_sum, transpose_rows};

}  // namespace inlay::kernels
