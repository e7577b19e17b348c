// ZipMap (ai.onnx.ml 1): each row of numbers as a map from labels to them.
#include <algorithm>
#include <numeric>

#include "ops/ml/attributes.h"
#include "ops/ml/label_map.h"
#include "ops/objects/object_op.h"

namespace inlay::ops {
namespace {

// Columns in the order of their labels; of equal labels the last.
template <class T>
std::vector<size_t> columns_by_label(const std::vector<T>& labels) {
  std::vector<size_t> order(labels.size()), out;
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return labels[a] < labels[b]; });
  for (const size_t column : order) {
    if (!out.empty() && labels[out.back()] == labels[column]) out.pop_back();
    out.push_back(column);
  }
  return out;
}

}  // namespace

Status eval_zip_map(ObjectCall& call) {
  INLAY_ASSIGN(const graph::TensorRef x, call.tensor(0));
  const auto labels = ml::class_labels(call.node());
  if (!labels.ok()) return call.error("{}", labels.message());
  const int64_t width = labels->count();
  if (x->dtype != graph::DType::kFloat32 || x->shape.empty() || x->shape.size() > 2 ||
      x->shape.back() != width || width == 0)
    return call.error("input 0: expected rows of {} float32, one for each label, found {}", width,
                      describe(x));
  const std::vector<size_t> columns =
      labels->strings ? columns_by_label(*labels->strings) : columns_by_label(*labels->integers);
  std::vector<std::string> texts;
  std::vector<int64_t> numbers;
  for (const size_t column : columns)
    labels->strings ? texts.push_back((*labels->strings)[column])
                    : numbers.push_back((*labels->integers)[column]);
  const auto count = static_cast<int64_t>(columns.size());
  const graph::TensorRef keys = labels->strings
                                    ? ml::string_tensor(std::move(texts))
                                    : graph::make_tensor(graph::DType::kInt64, {count}, numbers);
  Sequence sequence;
  sequence.kind = ValueKind::kMap;
  sequence.dtype = graph::DType::kFloat32;
  const int64_t rows = x->shape.size() == 1 ? 1 : x->shape[0];
  for (int64_t row = 0; row < rows; ++row) {
    if (call.host().cancelled()) return Status();
    std::vector<float> values;
    for (const size_t column : columns)
      values.push_back(x->as<float>()[row * width + static_cast<int64_t>(column)]);
    // Keys are shared by all rows.
    sequence.elements.push_back(
        Map{keys, graph::make_tensor(graph::DType::kFloat32, {count}, values)});
  }
  return call.set_output(0, std::move(sequence));
}

}  // namespace inlay::ops
