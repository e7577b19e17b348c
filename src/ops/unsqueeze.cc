// Unsqueeze (ONNX 1…): with new axes of size 1. Axes are an attribute before 13.
#include <algorithm>

#include "ops/arguments.h"
#include "ops/views.h"

namespace inlay::ops {

Status infer_unsqueeze(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 2));
  INLAY_ASSIGN(const Shape source, in.shape(0));
  INLAY_ASSIGN(const auto list, constant_list(in.graph(), in.node(), 1, "axes"));
  if (!list) return in.error("expected axes");
  INLAY_ASSIGN(const auto axes,
               constant_axes(in.graph(), in.node(), 1, source.size() + list->size()));
  Shape shape(source.size() + axes->size(), in.constant(1));
  auto next = source.begin();
  for (size_t axis = 0; axis < shape.size(); ++axis)
    if (std::find(axes->begin(), axes->end(), static_cast<int>(axis)) == axes->end())
      shape[axis] = *next++;
  set_reshaped(in, std::move(shape));
  return Status();
}

Status lower_unsqueeze(Lowering& low) {
  lower_reshaped(low);
  return Status();
}

}  // namespace inlay::ops
