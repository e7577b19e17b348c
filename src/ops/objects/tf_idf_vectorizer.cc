// TfIdfVectorizer (ONNX 9) of strings: a word's place in the pool stands for it.
#include <limits>

#include "ops/ml/attributes.h"
#include "ops/objects/labels.h"

namespace inlay::ops {

Status eval_tf_idf_vectorizer(ObjectCall& call) {
  INLAY_ASSIGN(const graph::TensorRef x, call.strings(0));
  const auto* pool = ml::strings(call.node(), "pool_strings");
  if (!pool) return call.error("pool_strings: expected words, found none");
  if (pool->size() >= std::numeric_limits<uint32_t>::max())
    return call.error("pool_strings: expected fewer than 2^32 words, found {}", pool->size());
  std::vector<uint32_t> words;
  for (const int64_t place :
       places_of(*x, *ml::string_tensor(*pool), ml::KeyIndex::Repeated::kFirst))
    words.push_back(static_cast<uint32_t>(place));  // -1 is the highest
  const std::vector<AnyValue> inputs = {graph::make_tensor(graph::DType::kUint32, x->shape, words)};
  INLAY_ASSIGN(std::vector<AnyValue> outputs, call.host().run_dense(inputs));
  return call.set_output(0, std::move(outputs[0]));
}

}  // namespace inlay::ops
