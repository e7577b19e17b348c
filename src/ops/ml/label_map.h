// Tables of keys and values: what LabelEncoder, CategoryMapper, OneHotEncoder and DictVectorizer look up.
#pragma once

#include <bit>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/graph.h"
#include "ops/element_types.h"

namespace inlay::ops::ml {

using LabelTypes = Types<float, double, int64_t, int32_t, int16_t>;

// Numbers that are equal have one code: floats as the bits of a double, every NaN as one, -0 as 0.
template <class T>
int64_t key_code(T x) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<int64_t>(x);
  } else {
    if (x != x) return std::bit_cast<int64_t>(__builtin_nan(""));
    return std::bit_cast<int64_t>(x == 0 ? 0.0 : static_cast<double>(x));
  }
}

// A list of keys of which positions are asked. Few questions are answered by a look at all keys; what is worth
// it is sorted first. The keys outlive it. Does not change; many threads may ask at once.
class KeyIndex {
 public:
  // Which of equal keys is found.
  enum class Repeated : uint8_t { kFirst, kLast };
  KeyIndex(const graph::Tensor& keys, Repeated repeated, int64_t questions);

  int64_t find(int64_t code) const;  // -1: there is none
  int64_t find(std::string_view text) const;

 private:
  std::vector<std::pair<int64_t, int64_t>> codes_;
  std::vector<std::pair<std::string_view, int64_t>> texts_;
  bool sorted_;
};

// keys[i] becomes values[i]; what is no key becomes `fallback`, one element. Any of them may be strings.
struct LabelMap {
  graph::TensorRef keys, values, fallback;
  KeyIndex::Repeated repeated = KeyIndex::Repeated::kFirst;
};
// Of LabelEncoder, in the meaning of the node's version, for elements of type `input`.
Result<LabelMap> label_encoder(const graph::Node& node, graph::DType input);
// Of CategoryMapper.
Result<LabelMap> category_mapper(const graph::Node& node, graph::DType input);

// Strings as a tensor of one dimension, or of a shape.
graph::TensorRef string_tensor(std::vector<std::string> texts);
graph::TensorRef string_tensor(std::vector<int64_t> shape, std::vector<std::string> texts);

}  // namespace inlay::ops::ml
