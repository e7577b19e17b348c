// Classification by a head: a text's vector times the head's weights.
//
//   INLAY_ASSIGN(const Head head, open_head(path));
//   INLAY_ASSIGN(const auto classifier, HeadClassifier::create(embedder, head));
//
// Immutable, safe for concurrent use.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/classifier.h"
#include "tasks/embedder.h"
#include "tasks/head.h"

namespace inlay::tasks {

class HeadClassifier final : public Classifier {
 public:
  // Fails with kInvalidArgument when the head belongs to another model.
  static Result<std::shared_ptr<const HeadClassifier>> create(
      std::shared_ptr<const Embedder> embedder, Head head);
  // Of a head that was just trained with this embedder.
  static std::shared_ptr<const HeadClassifier> trained(std::shared_ptr<const Embedder> embedder,
                                                       Head head);

  std::span<const std::string> labels() const override { return head_.labels; }
  // Similarities are cosines to the labels' centroids.
  Result<std::vector<Classification>> classify(
      std::span<const std::string_view> texts) const override;
  const Head& head() const { return head_; }

 private:
  HeadClassifier() = default;
  Classification score(std::span<const float> embedding) const;

  std::shared_ptr<const Embedder> embedder_;
  Head head_;
};

// What the embedder makes of kProbeText, of length 1.
Result<std::vector<float>> probe_vector(const Embedder& embedder);

}  // namespace inlay::tasks
