// What can be said of the size of values before a run.
#pragma once

#include "rewrite/edit.h"

namespace inlay::rewrite {

// True where no element can be infinite or NaN whatever the inputs of integer or bool type are.
bool is_finite(const Edit& edit, ValueId value);

}  // namespace inlay::rewrite
