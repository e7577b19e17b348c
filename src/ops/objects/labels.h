// Elements by a table of keys and values of which one side at least is strings.
#pragma once

#include "ops/ml/label_map.h"
#include "ops/objects/object_op.h"

namespace inlay::ops {

// Input 0 through the table as output 0.
Status eval_label_map(ObjectCall& call, const ml::LabelMap& map);

// The place of each element of a tensor, strings or numbers, in a list of keys of its type; -1: it is none.
std::vector<int64_t> places_of(const graph::Tensor& elements, const graph::Tensor& keys,
                               ml::KeyIndex::Repeated repeated);

}  // namespace inlay::ops
