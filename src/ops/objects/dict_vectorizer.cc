// DictVectorizer (ai.onnx.ml 1): the values of a map in the order of a vocabulary of keys, as one row. What the map
// lacks is 0 or empty; keys that the vocabulary lacks are left out.
#include <cstring>

#include "ops/ml/attributes.h"
#include "ops/objects/labels.h"

namespace inlay::ops {
namespace {

graph::TensorRef vocabulary(const graph::Node& node) {
  if (const auto* texts = ml::strings(node, "string_vocabulary")) return ml::string_tensor(*texts);
  const auto* numbers = ml::integers(node, "int64_vocabulary");
  if (!numbers) return nullptr;
  return graph::make_tensor(graph::DType::kInt64, {static_cast<int64_t>(numbers->size())},
                            *numbers);
}

graph::TensorRef chosen(const graph::Tensor& values, const std::vector<int64_t>& places) {
  const std::vector<int64_t> shape = {1, static_cast<int64_t>(places.size())};
  if (values.dtype == graph::DType::kString) {
    std::vector<std::string> texts;
    for (const int64_t place : places)
      texts.push_back(place < 0 ? std::string() : values.strings[static_cast<size_t>(place)]);
    return ml::string_tensor(shape, std::move(texts));
  }
  const auto bytes = static_cast<size_t>(graph::dtype_bytes(values.dtype));
  std::vector<std::byte> data(places.size() * bytes);
  for (size_t i = 0; i < places.size(); ++i)
    if (places[i] >= 0)
      std::memcpy(data.data() + i * bytes,
                  values.data.data() + static_cast<size_t>(places[i]) * bytes, bytes);
  return graph::make_tensor(values.dtype, shape, data);
}

}  // namespace

Status eval_dict_vectorizer(ObjectCall& call) {
  INLAY_ASSIGN(const Map* map, call.map(0));
  const graph::TensorRef keys = vocabulary(call.node());
  if (!keys) return call.error("expected string_vocabulary or int64_vocabulary, found neither");
  if (keys->dtype != map->keys->dtype)
    return call.error("input 0: expected keys of {}, found {}", graph::dtype_text(keys->dtype),
                      graph::dtype_text(map->keys->dtype));
  const std::vector<int64_t> places = places_of(*keys, *map->keys, ml::KeyIndex::Repeated::kFirst);
  return call.set_output(0, chosen(*map->values, places));
}

}  // namespace inlay::ops
