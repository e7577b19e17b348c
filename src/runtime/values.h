// Between tensors of plans and values that may be anything (ops/objects/any_value.h).
#pragma once

#include <span>
#include <vector>

#include "ops/objects/any_value.h"
#include "ops/objects/maps.h"
#include "runtime/run.h"

namespace inlay::runtime {

// The same memory, kept alive by the value.
ops::AnyValue value_of(OutputTensor tensor);
// A value over the caller's memory, which must outlive it.
ops::AnyValue borrowed(const TensorView& tensor);

// Requires value.is_dense(). Lives as long as the value.
TensorView view_of(const ops::AnyValue& value);
// A copy; the same requirement.
Result<OutputTensor> copy_of(const ops::AnyValue& value);

// Fails where the value is not what an input is declared to be, naming the input.
Status check_input(const graph::Graph& graph, graph::ValueId input, const ops::AnyValue& value);
// What graph input or output `index` is declared to be.
graph::ValueType input_type(const graph::Graph& graph, size_t index);
graph::ValueType output_type(const graph::Graph& graph, size_t index);

}  // namespace inlay::runtime
