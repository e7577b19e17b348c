// OneHotEncoder (ai.onnx.ml 1) of strings.
#include "base/format.h"
#include "ops/ml/attributes.h"
#include "ops/objects/labels.h"

namespace inlay::ops {

Status eval_one_hot_encoder(ObjectCall& call) {
  INLAY_ASSIGN(const graph::TensorRef x, call.strings(0));
  const auto* categories = ml::strings(call.node(), "cats_strings");
  if (!categories) return call.error("cats_strings: expected categories, found none");
  const std::vector<int64_t> places =
      places_of(*x, *ml::string_tensor(*categories), ml::KeyIndex::Repeated::kLast);
  const auto width = static_cast<int64_t>(categories->size());
  const auto count = static_cast<int64_t>(places.size());
  INLAY_TRY(call.host().reserve(count * width * int64_t{sizeof(float)}));
  std::vector<float> y(static_cast<size_t>(count * width));
  for (int64_t i = 0; i < count; ++i) {
    const int64_t place = places[static_cast<size_t>(i)];
    if (place >= 0)
      y[static_cast<size_t>(i * width + place)] = 1;
    else if (call.node().integer("zeros", 1) == 0)
      return call.error("element {}: expected a category, found {}", i,
                        quote(x->strings[static_cast<size_t>(i)]));
  }
  std::vector<int64_t> shape = x->shape;
  shape.push_back(width);
  return call.set_output(0, graph::make_tensor(graph::DType::kFloat32, std::move(shape), y));
}

}  // namespace inlay::ops
