#include "kernels/entries.h"
#include "kernels/x86/vec_avx2.h"
//
#include "kernels/x86/integer_vec_inl.h"
#include "kernels/x86/quantize_inl.h"

namespace inlay::kernels {

const QuantizeKernel kQuantizeAvx2 = {"quantize_avx2", kVecIsa,    run_extremes,    run_to_bytes,
                                      run_from_bytes,  run_sum_u8, run_channel_sums};

}  // namespace inlay::kernels
