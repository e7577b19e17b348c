// Flatten (ONNX 1…): a matrix of the axes before `axis` and the others.
#include "ops/views.h"

namespace inlay::ops {

Status infer_flatten(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_ASSIGN(const Shape source, in.shape(0));
  const auto rank = static_cast<int64_t>(source.size());
  int64_t axis = in.node().integer("axis", 1);
  if (axis < -rank || axis > rank)
    return in.error("expected an axis in [-{}, {}], found {}", rank, rank, axis);
  if (axis < 0) axis += rank;
  const std::span all(source);
  const auto cut = static_cast<size_t>(axis);
  set_reshaped(in, {in.exprs().product(all.first(cut)), in.exprs().product(all.subspan(cut))});
  return Status();
}

Status lower_flatten(Lowering& low) {
  lower_reshaped(low);
  return Status();
}

}  // namespace inlay::ops
