// Classifiers whose labels are strings: the dense operator says each class by its number.
#pragma once

#include "ops/objects/object_op.h"

namespace inlay::ops {

// Runs the node over numbers and puts labels in the place of output 0.
Status eval_string_labels(ObjectCall& call);
// Whether the node makes strings: it has labels that are some, and its labels are asked for.
bool has_string_labels(const graph::Node& node, bool has_objects);

}  // namespace inlay::ops
