// The index of the greatest or least element along an axis: what ArgMax and ArgMin share.
#pragma once

#include "ops/op.h"

namespace inlay::ops {

Status infer_arg_extreme(Inference& in);
Status lower_arg_extreme(Lowering& low, bool greatest);

}  // namespace inlay::ops
