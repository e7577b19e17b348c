// Normalization over groups of channels: (x - mean) / sqrt(variance + epsilon) · scale + bias.
#pragma once

#include "ops/op.h"

namespace inlay::ops {

// Inputs x [n, c, …], scale, bias, of which each has an element for each channel, or for each group.
// `groups` divides c.
Status lower_group_norm(Lowering& low, Expr groups, bool scale_by_group);

}  // namespace inlay::ops
