// Zero-shot classification by embeddings: labels in words, no training.
//
// Each label is the mean of the embeddings of its descriptions in all templates ("{}", "This text is about
// {}."), normalized. A text's similarity to a label is the cosine; scores are the softmax of
// cosine / temperature, or with `multi_label` each label's own 1 / (1 + exp(-(cosine - 0.25) / temperature)).
// The labels are embedded once, when the classifier is made. Immutable, safe for concurrent use.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/embedder.h"
#include "tasks/embedding_classifier.h"
#include "tasks/label_vectors.h"

namespace inlay::tasks {

struct ZeroShotOptions {
  float temperature = 0.05f;
  float threshold = 0;  // a best cosine below it means "unknown"; 0: never
  float margin = 0;     // the same for the distance of the two best cosines
  bool multi_label = false;
  std::vector<std::string> templates;  // with "{}"; empty: the built-in ones
};

class ZeroShotClassifier final : public EmbeddingClassifier {
 public:
  static Result<std::shared_ptr<const ZeroShotClassifier>> create(
      std::shared_ptr<const Embedder> embedder, std::vector<Label> labels, ZeroShotOptions options);

  std::span<const std::string> labels() const override { return labels_; }

 private:
  using EmbeddingClassifier::EmbeddingClassifier;
  Classification score(std::span<const float> unit) const override;

  std::vector<std::string> labels_;
  ZeroShotOptions options_;
  std::vector<float> vectors_;  // [labels, dimensions], normalized
};

}  // namespace inlay::tasks
