#include "ops/objects/maps.h"

#include <algorithm>
#include <numeric>

namespace inlay::ops {
namespace {

using graph::DType;
using graph::Tensor;
using graph::TensorRef;

// Elements in another order.
TensorRef picked(const Tensor& from, std::span<const size_t> order) {
  if (from.dtype == DType::kString) {
    auto made = std::make_shared<Tensor>();
    made->dtype = DType::kString;
    made->shape = from.shape;
    for (const size_t i : order) made->strings.push_back(from.strings[i]);
    return made;
  }
  const auto bytes = static_cast<size_t>(graph::dtype_bytes(from.dtype));
  std::vector<std::byte> data;
  for (const size_t i : order) {
    const auto element = from.data.subspan(i * bytes, bytes);
    data.insert(data.end(), element.begin(), element.end());
  }
  return graph::make_tensor(from.dtype, from.shape, data);
}

template <class Key>
Status sort_by(const Key& key_of, std::vector<size_t>& order) {
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return key_of(a) < key_of(b); });
  const auto twice = std::adjacent_find(order.begin(), order.end(),
                                        [&](size_t a, size_t b) { return key_of(a) == key_of(b); });
  if (twice == order.end()) return Status();
  return invalid("a map: expected each key once, found {} twice", key_of(*twice));
}

}  // namespace

Result<Map> make_map(const TensorRef& keys, const TensorRef& values) {
  const bool has_keys = keys->dtype == DType::kInt64 || keys->dtype == DType::kString;
  if (!has_keys || keys->shape.size() != 1 || values->shape != keys->shape)
    return invalid(
        "a map: expected keys int64 [n] or string [n] and as many values, found {} and {}",
        describe(AnyValue(keys)), describe(AnyValue(values)));
  std::vector<size_t> order(static_cast<size_t>(keys->shape[0]));
  std::iota(order.begin(), order.end(), size_t{0});
  if (keys->dtype == DType::kString) {
    INLAY_TRY(sort_by([&](size_t i) { return std::string_view(keys->strings[i]); }, order));
  } else {
    const auto numbers = *graph::integer_elements(*keys);
    INLAY_TRY(sort_by([&](size_t i) { return numbers[i]; }, order));
  }
  return Map{picked(*keys, order), picked(*values, order)};
}

}  // namespace inlay::ops
