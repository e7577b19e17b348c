#include "tasks/embedding_classifier.h"

namespace inlay::tasks {

Result<std::vector<Classification>> EmbeddingClassifier::classify(
    std::span<const std::string_view> texts) const {
  INLAY_ASSIGN(Embeddings embeddings, embedder_->embed(texts));
  normalize_rows(embeddings.data, embeddings.dimensions);
  std::vector<Classification> out;
  for (size_t i = 0; i < embeddings.count(); ++i) {
    out.push_back(score(embeddings.row(i)));
    out.back().truncated = embeddings.truncated[i] != 0;
  }
  return out;
}

}  // namespace inlay::tasks
