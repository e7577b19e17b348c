// ArrayFeatureExtractor (ai.onnx.ml 1) of strings.
#include <numeric>

#include "ops/ml/label_map.h"
#include "ops/objects/object_op.h"

namespace inlay::ops {

Status eval_array_feature_extractor(ObjectCall& call) {
  INLAY_ASSIGN(const graph::TensorRef x, call.strings(0));
  INLAY_ASSIGN(graph::TensorRef indices, call.tensor(1));
  // Elements are only moved: where they go is what happens to their numbers.
  std::vector<int64_t> numbers(x->strings.size());
  std::iota(numbers.begin(), numbers.end(), int64_t{0});
  const std::vector<AnyValue> inputs = {graph::make_tensor(graph::DType::kInt64, x->shape, numbers),
                                        std::move(indices)};
  INLAY_ASSIGN(const std::vector<AnyValue> outputs, call.host().run_dense(inputs));
  const graph::Tensor& moved = *outputs[0].tensor();
  std::vector<std::string> texts;
  for (int64_t i = 0; i < moved.count(); ++i)
    texts.push_back(x->strings[static_cast<size_t>(moved.as<int64_t>()[i])]);
  return call.set_output(0, ml::string_tensor(moved.shape, std::move(texts)));
}

}  // namespace inlay::ops
