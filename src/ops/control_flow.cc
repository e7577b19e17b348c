#include "ops/control_flow.h"

#include <algorithm>
#include <cstring>

namespace inlay::ops {

Status infer_subgraph(Inference& in, graph::Graph& sub) {
  for (const graph::Capture& capture : sub.captures) {
    const graph::Value& outer = in.graph().value(capture.outer);
    graph::Value& inner = sub.value(capture.inner);
    inner.type = outer.type;
    inner.content = outer.content;
    inner.constant = outer.constant;
  }
  Status inferred = infer(sub);
  if (inferred.code() != StatusCode::kNotYet) return inferred;
  const auto capture =
      std::find_if(sub.captures.begin(), sub.captures.end(),
                   [&](const graph::Capture& one) { return one.inner == inferred.about(); });
  return Status(StatusCode::kNotYet, std::string(inferred.message()),
                capture == sub.captures.end() ? -1 : capture->outer);
}

Status not_yet_inside(Inference& in, std::string_view wanted) {
  return Status(StatusCode::kNotYet,
                format("{}: expected {}", describe(in.graph(), in.node()), wanted));
}

Result<graph::TensorType> merge_types(Inference& in, const graph::TensorType& a,
                                      const graph::TensorType& b) {
  if (a.dtype != b.dtype)
    return in.error("expected one element type, found {} and {}", graph::dtype_text(a.dtype),
                    graph::dtype_text(b.dtype));
  if (!a.shape || !b.shape || a.shape->size() != b.shape->size())
    return not_yet_inside(in, "one rank in all branches");
  graph::TensorType merged = a;
  for (size_t axis = 0; axis < a.shape->size(); ++axis)
    if ((*a.shape)[axis] != (*b.shape)[axis]) (*merged.shape)[axis] = in.data_size("size");
  return merged;
}

Status give_output(const StepCall& call, int output, int64_t element_bytes,
                   const RunServices::SubgraphTensor& tensor) {
  INLAY_ASSIGN(std::byte* const memory, call.run.allocate(output, tensor.shape));
  int64_t bytes = element_bytes;
  for (int64_t size : tensor.shape) bytes *= size;
  if (bytes > 0) std::memcpy(memory, tensor.data, static_cast<size_t>(bytes));
  return Status();
}

}  // namespace inlay::ops
