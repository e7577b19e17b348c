#include "kernels/entries.h"
#include "kernels/x86/vec_avx512.h"
//
#include "kernels/x86/integer_vec_inl.h"
#include "kernels/x86/quantize_inl.h"

namespace inlay::kernels {

const QuantizeKernel kQuantizeAvx512 = {"quantize_avx512", kVecIsa,        run_extremes,
                                        run_to_bytes,      run_from_bytes, run_sum_u8,
                                        run_channel_sums};

}  // namespace inlay::kernels
