// Classification by a head: a text's vector times the head's weights.
//
//   INLAY_ASSIGN(const FewShotHead head, open_head(path));
//   INLAY_ASSIGN(const auto classifier, FewShotClassifier::create(embedder, head));
//
// Immutable, safe for concurrent use.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/embedder.h"
#include "tasks/embedding_classifier.h"
#include "tasks/few_shot_head.h"

namespace inlay::tasks {

// Similarities are cosines to the labels' centroids.
class FewShotClassifier final : public EmbeddingClassifier {
 public:
  // Fails with kInvalidArgument when the head belongs to another model.
  static Result<std::shared_ptr<const FewShotClassifier>> create(
      std::shared_ptr<const Embedder> embedder, FewShotHead head);
  // Of a head that was just trained with this embedder.
  static std::shared_ptr<const FewShotClassifier> trained(std::shared_ptr<const Embedder> embedder,
                                                          FewShotHead head);

  std::span<const std::string> labels() const override { return head_.labels; }
  const FewShotHead& head() const { return head_; }

 private:
  using EmbeddingClassifier::EmbeddingClassifier;
  Classification score(std::span<const float> unit) const override;

  FewShotHead head_;
};

// What the embedder makes of kProbeText, of length 1.
Result<std::vector<float>> probe_vector(const Embedder& embedder);

}  // namespace inlay::tasks
