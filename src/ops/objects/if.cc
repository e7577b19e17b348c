// If (ONNX 1…) over what is no dense tensor of numbers, or whose branches differ in rank.
#include "ops/objects/rounds.h"

namespace inlay::ops {

Status eval_object_if(ObjectCall& call) {
  INLAY_ASSIGN(const bool condition, condition_of(call, call.input(0), "input 0"));
  INLAY_ASSIGN(std::vector<AnyValue> made,
               call.host().run_subgraph(condition ? "then_branch" : "else_branch", {}));
  const size_t wanted = call.node().outputs.size();
  if (made.size() != wanted)
    return call.error("expected {} outputs of each branch, found {}", wanted, made.size());
  for (size_t i = 0; i < wanted; ++i) INLAY_TRY(call.set_output(i, std::move(made[i])));
  return Status();
}

}  // namespace inlay::ops
