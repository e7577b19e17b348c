// What classifiers on embeddings share: a text's vector, of length 1, is all that its scores are made of.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "tasks/classifier.h"
#include "tasks/embedder.h"

namespace inlay::tasks {

class EmbeddingClassifier : public Classifier {
 public:
  Result<std::vector<Classification>> classify(std::span<const std::string_view> texts) const final;

 protected:
  explicit EmbeddingClassifier(std::shared_ptr<const Embedder> embedder)
      : embedder_(std::move(embedder)) {}
  virtual Classification score(std::span<const float> unit) const = 0;

 private:
  std::shared_ptr<const Embedder> embedder_;
};

}  // namespace inlay::tasks
