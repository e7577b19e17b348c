// inlay.Linear nodes as rewrites make and know them.
#pragma once

#include "rewrite/edit.h"

namespace inlay::rewrite {

inline Node make_linear(ValueId x, ValueId weight, ValueId bias, bool transposed) {
  Node made;
  made.op_type = "Linear";
  made.domain = "inlay";
  made.version = 1;
  made.inputs = {x, kNoValue, weight, bias};
  made.attributes.emplace("transposed", int64_t{transposed});
  made.attributes.emplace("activation", std::string());
  return made;
}

// A Linear of one part without activation and residual.
inline bool is_plain_linear(const Node& node) {
  return node.is("Linear", "inlay") && node.inputs.size() == 4 && node.input(1) == kNoValue &&
         node.text("activation", "").empty();
}

inline bool takes_activation(const Node& node) {
  return is_plain_linear(node) ||
         (node.is("IntegerLinear", "inlay") && node.text("activation", "").empty());
}

}  // namespace inlay::rewrite
