// Batches of matrix products whose right side is not packed at load.
#pragma once

#include "ops/op.h"

namespace inlay::ops {

// out[batch, m, n] = a[batch, m, k] · b[batch, k, n]; views with at least two axes, whose batch
// axes broadcast to those of `out`, which is row-major. Adds one step.
Status lower_matrix_product(Lowering& low, const View& a, const View& b, const View& out);

// True for element types that it takes.
bool has_matrix_product(DType dtype);

}  // namespace inlay::ops
