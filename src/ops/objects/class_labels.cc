#include "ops/objects/class_labels.h"

#include "ops/ml/attributes.h"
#include "ops/ml/label_map.h"

namespace inlay::ops {

bool has_string_labels(const graph::Node& node, bool) {
  return ml::strings(node, "classlabels_strings") && node.output(0) != graph::kNoValue;
}

Status eval_string_labels(ObjectCall& call) {
  INLAY_ASSIGN(const graph::TensorRef x, call.tensor(0));
  const std::vector<AnyValue> inputs = {x};
  INLAY_ASSIGN(std::vector<AnyValue> outputs, call.host().run_dense(inputs));
  const auto& labels = *ml::strings(call.node(), "classlabels_strings");
  const auto numbers = graph::integer_elements(*outputs[0].tensor());
  if (!numbers) return call.error("expected numbers of classes, found {}", describe(outputs[0]));
  std::vector<std::string> texts;
  for (const int64_t i : *numbers) {
    const bool known = i >= 0 && i < static_cast<int64_t>(labels.size());
    // A forest of one class tells it from what is not it: 1 or 0.
    const bool alone = labels.size() == 1 && call.node().op_type == "TreeEnsembleClassifier";
    texts.push_back(known && !alone ? labels[static_cast<size_t>(i)] : to_text(i));
  }
  INLAY_TRY(call.set_output(0, ml::string_tensor(outputs[0].tensor()->shape, std::move(texts))));
  return outputs.size() > 1 ? call.set_output(1, std::move(outputs[1])) : Status();
}

}  // namespace inlay::ops
