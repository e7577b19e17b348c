#include "ops/ml/label_map.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/format.h"
#include "ops/ml/attributes.h"

namespace inlay::ops::ml {
namespace {

using graph::DType;
using graph::TensorRef;

// So few questions that a sorted list would not pay.
constexpr int64_t kFewQuestions = 12;

template <class Key>
void keep_one(std::vector<std::pair<Key, int64_t>>& keys, KeyIndex::Repeated repeated) {
  const bool last = repeated == KeyIndex::Repeated::kLast;
  std::sort(keys.begin(), keys.end(), [&](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    return last ? a.second > b.second : a.second < b.second;
  });
  keys.erase(std::unique(keys.begin(), keys.end(),
                         [](const auto& a, const auto& b) { return a.first == b.first; }),
             keys.end());
}

template <class Key>
int64_t find_in(const std::vector<std::pair<Key, int64_t>>& keys, bool sorted, const Key& key) {
  const auto same = [&](const auto& entry) { return entry.first == key; };
  const auto found =
      sorted ? std::lower_bound(keys.begin(), keys.end(), key,
                                [](const auto& entry, const Key& k) { return entry.first < k; })
             : std::find_if(keys.begin(), keys.end(), same);
  return found != keys.end() && same(*found) ? found->second : -1;
}

template <class T>
void add_codes(const graph::Tensor& keys, std::vector<std::pair<int64_t, int64_t>>& codes) {
  for (int64_t i = 0; i < keys.count(); ++i) {
    T key;
    std::memcpy(&key, keys.data.data() + i * int64_t{sizeof(T)}, sizeof(T));
    codes.push_back({key_code(key), i});
  }
}

using AddCodes = void (*)(const graph::Tensor&, std::vector<std::pair<int64_t, int64_t>>&);

template <class T>
TensorRef number_tensor(const std::vector<T>& values) {
  return graph::make_tensor(kDType<T>, {static_cast<int64_t>(values.size())}, values);
}

// The one list of `keys` that the node has: floats, integers, strings or a tensor.
Result<TensorRef> one_list(const graph::Node& node, std::string_view what) {
  std::vector<TensorRef> found;
  if (const auto* values = floats(node, format("{}_floats", what)))
    found.push_back(number_tensor(*values));
  if (const auto* values = integers(node, format("{}_int64s", what)))
    found.push_back(number_tensor(*values));
  if (const auto* values = strings(node, format("{}_strings", what)))
    found.push_back(string_tensor(*values));
  if (TensorRef tensor = node.tensor(format("{}_tensor", what))) found.push_back(std::move(tensor));
  if (found.size() == 1) return std::move(found[0]);
  return invalid("{}_*: expected one list, found {}", what, found.size());
}

template <class T>
TensorRef zero_or_minus_one() {
  return number_tensor(std::vector<T>{std::is_integral_v<T> ? T(-1) : T(-0.0)});
}

// What stands for no key: "default_tensor", the default of the values' type, or what the specification says.
Result<TensorRef> fallback_of(const graph::Node& node, DType dtype) {
  if (TensorRef tensor = node.tensor("default_tensor")) {
    if (tensor->dtype == dtype && tensor->count() == 1) return tensor;
    return invalid("default_tensor: expected one {}, found {} {}", graph::dtype_text(dtype),
                   graph::dtype_text(tensor->dtype), graph::shape_text(tensor->shape));
  }
  switch (dtype) {
    case DType::kString:
      return string_tensor({std::string(node.text("default_string", "_Unused"))});
    case DType::kInt64: return number_tensor(std::vector{node.integer("default_int64", -1)});
    case DType::kFloat32: return number_tensor(std::vector{node.real("default_float", -0.0f)});
    case DType::kFloat64: return zero_or_minus_one<double>();
    case DType::kInt32: return zero_or_minus_one<int32_t>();
    case DType::kInt16: return zero_or_minus_one<int16_t>();
    default: return invalid("values: {} elements are not supported", graph::dtype_text(dtype));
  }
}

Status check_lists(const LabelMap& map, DType input) {
  if (map.keys->shape.size() > 1 || map.values->shape.size() > 1)
    return invalid("keys and values: expected lists, found {} and {}",
                   graph::shape_text(map.keys->shape), graph::shape_text(map.values->shape));
  INLAY_TRY(expect_length("values", map.values->count(), map.keys->count(), false));
  if (map.keys->dtype == input) return Status();
  return invalid("expected elements of {}, found {}", graph::dtype_text(map.keys->dtype),
                 graph::dtype_text(input));
}

// Strings and the integers beside them, in the direction that the input says.
Result<LabelMap> text_map(const graph::Node& node, const std::vector<std::string>& texts,
                          const std::vector<int64_t>& numbers, DType input) {
  LabelMap map;
  map.keys = string_tensor(texts);
  map.values = number_tensor(numbers);
  if (input != DType::kString) std::swap(map.keys, map.values);
  INLAY_ASSIGN(map.fallback, fallback_of(node, map.values->dtype));
  INLAY_TRY(check_lists(map, input));
  return map;
}

}  // namespace

KeyIndex::KeyIndex(const graph::Tensor& keys, Repeated repeated, int64_t questions)
    : sorted_(questions > kFewQuestions) {
  for (size_t i = 0; i < keys.strings.size(); ++i)
    texts_.push_back({keys.strings[i], static_cast<int64_t>(i)});
  const auto add =
      for_type(keys.dtype, LabelTypes(),
               []<class T>(std::type_identity<T>) -> AddCodes { return add_codes<T>; });
  if (add) add(keys, codes_);
  if (sorted_) {
    keep_one(codes_, repeated);
    keep_one(texts_, repeated);
  } else if (repeated == Repeated::kLast) {
    std::reverse(codes_.begin(), codes_.end());
    std::reverse(texts_.begin(), texts_.end());
  }
}

int64_t KeyIndex::find(int64_t code) const { return find_in(codes_, sorted_, code); }
int64_t KeyIndex::find(std::string_view text) const { return find_in(texts_, sorted_, text); }

Result<LabelMap> label_encoder(const graph::Node& node, DType input) {
  if (node.version < 2) {
    const auto* texts = strings(node, "classes_strings");
    if (!texts) return invalid("classes_strings: expected labels, found none");
    std::vector<int64_t> numbers(texts->size());
    std::iota(numbers.begin(), numbers.end(), int64_t{0});
    return text_map(node, *texts, numbers, input);
  }
  LabelMap map;
  INLAY_ASSIGN(map.keys, one_list(node, "keys"));
  INLAY_ASSIGN(map.values, one_list(node, "values"));
  if (node.version >= 4) map.repeated = KeyIndex::Repeated::kLast;
  INLAY_ASSIGN(map.fallback, fallback_of(node, map.values->dtype));
  INLAY_TRY(check_lists(map, input));
  return map;
}

Result<LabelMap> category_mapper(const graph::Node& node, DType input) {
  const auto* texts = strings(node, "cats_strings");
  const auto* numbers = integers(node, "cats_int64s");
  if (!texts || !numbers) return invalid("expected cats_strings and cats_int64s");
  return text_map(node, *texts, *numbers, input);
}

TensorRef string_tensor(std::vector<std::string> texts) {
  const auto count = static_cast<int64_t>(texts.size());
  return string_tensor({count}, std::move(texts));
}

TensorRef string_tensor(std::vector<int64_t> shape, std::vector<std::string> texts) {
  auto tensor = std::make_shared<graph::Tensor>();
  tensor->dtype = DType::kString;
  tensor->shape = std::move(shape);
  tensor->strings = std::move(texts);
  return tensor;
}

}  // namespace inlay::ops::ml
