// How an update joins what is there: what ScatterND and ScatterElements share.
#pragma once

#include "ops/op.h"

namespace inlay::ops {

// target[i] = reduction(target[i], update[i]) for n elements.
using JoinFn = void (*)(std::byte* target, const std::byte* update, int64_t n);

// The function of the attribute "reduction" ("none", "add", "mul", "max", "min") for an element
// type; null where there is none.
JoinFn find_join(std::string_view reduction, DType dtype);

Status infer_scatter_elements(Inference& in);
Status lower_scatter_elements(Lowering& low);

}  // namespace inlay::ops
