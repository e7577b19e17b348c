// What operators on sequences share.
#pragma once

#include "ops/objects/object_op.h"

namespace inlay::ops {

// A sequence of these elements; fails where they are of several kinds or element types.
Result<Sequence> sequence_of(const ObjectCall& call, std::vector<AnyValue> elements);
// Takes the element's kind and type where the sequence has no element; else fails where they differ.
Status admit(const ObjectCall& call, Sequence& sequence, const AnyValue& element);

// Input `i`, an index in [-count, end); negative ones count from `count`.
Result<size_t> index_input(const ObjectCall& call, size_t i, size_t count, size_t end);

// What a subgraph says of its output `index`, for sequences and rows of which there are none.
graph::ValueType declared_output(const graph::Graph& body, size_t index);

}  // namespace inlay::ops
