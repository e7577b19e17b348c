// One row of the oracle's LayerNorm, shared with the embedding layer.
#pragma once

#include <stdint.h>

namespace inlay::kernels {

// y[i] = (x[i] - mean) / sqrt(var + epsilon) * gamma[i] + beta[i]; y may be x; gamma, beta may be null.
void normalize_row_ref(const float* x, const float* gamma, const float* beta, float epsilon,
                       bool rms, float* y, int64_t columns);

}  // namespace inlay::kernels
