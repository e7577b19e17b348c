#include "ops/objects/labels.h"

#include <cstring>

namespace inlay::ops {
namespace {

template <class T>
void add_places(const graph::Tensor& elements, const ml::KeyIndex& index,
                std::vector<int64_t>& places) {
  for (int64_t i = 0; i < elements.count(); ++i) {
    T element;
    std::memcpy(&element, elements.data.data() + i * int64_t{sizeof(T)}, sizeof(T));
    places.push_back(index.find(ml::key_code(element)));
  }
}

using AddPlaces = void (*)(const graph::Tensor&, const ml::KeyIndex&, std::vector<int64_t>&);

}  // namespace

std::vector<int64_t> places_of(const graph::Tensor& elements, const graph::Tensor& keys,
                               ml::KeyIndex::Repeated repeated) {
  const ml::KeyIndex index(keys, repeated, elements.count());
  std::vector<int64_t> places;
  for (const std::string& text : elements.strings) places.push_back(index.find(text));
  const auto add =
      for_type(elements.dtype, ml::LabelTypes(),
               []<class T>(std::type_identity<T>) -> AddPlaces { return add_places<T>; });
  if (add) add(elements, index, places);
  return places;
}

Status eval_label_map(ObjectCall& call, const ml::LabelMap& map) {
  const graph::TensorRef x = call.input(0).tensor();
  const std::vector<int64_t> places = places_of(*x, *map.keys, map.repeated);
  if (map.values->dtype == graph::DType::kString) {
    std::vector<std::string> texts;
    for (const int64_t place : places)
      texts.push_back(place < 0 ? map.fallback->strings[0]
                                : map.values->strings[static_cast<size_t>(place)]);
    return call.set_output(0, ml::string_tensor(x->shape, std::move(texts)));
  }
  const auto bytes = static_cast<size_t>(graph::dtype_bytes(map.values->dtype));
  std::vector<std::byte> data(places.size() * bytes);
  for (size_t i = 0; i < places.size(); ++i)
    std::memcpy(data.data() + i * bytes,
                places[i] < 0 ? map.fallback->data.data()
                              : map.values->data.data() + static_cast<size_t>(places[i]) * bytes,
                bytes);
  return call.set_output(0, graph::make_tensor(map.values->dtype, x->shape, data));
}

}  // namespace inlay::ops
