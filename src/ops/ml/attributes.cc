#include "ops/ml/attributes.h"

#include "base/format.h"

namespace inlay::ops::ml {
namespace {

template <class T>
const std::vector<T>* list(const graph::Node& node, std::string_view key) {
  const auto found = node.attributes.find(key);
  if (found == node.attributes.end()) return nullptr;
  const auto* values = std::get_if<std::vector<T>>(&found->second);
  return values && !values->empty() ? values : nullptr;
}

}  // namespace

const std::vector<float>* floats(const graph::Node& node, std::string_view key) {
  return list<float>(node, key);
}
const std::vector<int64_t>* integers(const graph::Node& node, std::string_view key) {
  return list<int64_t>(node, key);
}
const std::vector<std::string>* strings(const graph::Node& node, std::string_view key) {
  return list<std::string>(node, key);
}

int64_t length_of(const graph::Node& node, std::string_view key) {
  if (const auto* values = floats(node, key)) return static_cast<int64_t>(values->size());
  if (const auto* values = integers(node, key)) return static_cast<int64_t>(values->size());
  if (const auto* values = strings(node, key)) return static_cast<int64_t>(values->size());
  return 0;
}

Result<Reals> reals(const graph::Node& node, std::string_view key) {
  Reals out;
  if (const auto* values = floats(node, key)) out.values.assign(values->begin(), values->end());
  const std::string tensor_key = format("{}_as_tensor", key);
  const graph::TensorRef tensor = node.tensor(tensor_key);
  if (!tensor || tensor->count() == 0) return out;
  if (!out.values.empty()) return invalid("expected {} or {}, found both", key, tensor_key);
  auto elements = graph::float_elements(*tensor);
  if (!elements)
    return invalid("{}: expected floats, found {}", tensor_key, graph::dtype_text(tensor->dtype));
  out.values = std::move(*elements);
  out.wide = tensor->dtype == graph::DType::kFloat64;
  return out;
}

Status expect_length(std::string_view key, int64_t found, int64_t count, bool may_be_absent) {
  if (found == count || (may_be_absent && found == 0)) return Status();
  return invalid("{}: expected {} elements, found {}", key, count, found);
}

Result<ClassLabels> class_labels(const graph::Node& node) {
  ClassLabels labels{integers(node, "classlabels_ints"), strings(node, "classlabels_strings")};
  if (!labels.integers) labels.integers = integers(node, "classlabels_int64s");
  if (labels.integers && labels.strings)
    return invalid("expected labels of one type, found integers and strings");
  return labels;
}

}  // namespace inlay::ops::ml
