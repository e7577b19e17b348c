// Entities in texts, by a model's own head over tokens: names, places, parts of speech.
//
//   INLAY_ASSIGN(auto classifier, TokenClassifier::create(head, {}));
//   INLAY_ASSIGN(auto results, classifier->classify(texts));
//   results[0].entities[0];   // {"PER", 0.99, 11, 16, "sarah"}
//
// A text that is longer than the model takes is read in windows that overlap, so that nothing is lost;
// what two windows found in one place counts once (entities.h). Immutable, safe for concurrent use.
#pragma once

#include <memory>
#include <optional>

#include "tasks/entities.h"
#include "tasks/model_head.h"

namespace inlay::tasks {

struct TokenClassifierOptions {
  Aggregation aggregation = Aggregation::kSimple;
  std::vector<std::string> ignored = {"O"};  // labels that are no entities
  // How many tokens neighbouring windows share; nothing: an eighth of what the model takes.
  std::optional<size_t> stride = {};
  bool truncate = false;           // long texts lose their end instead
  bool character_offsets = false;  // in Unicode scalar values; false: in bytes
};

struct TextEntities {
  std::vector<Entity> entities;  // in the order of the text
  bool truncated = false;
};

class TokenClassifier {
 public:
  // Fails with kInvalidArgument for a stride that leaves no room for new tokens.
  static Result<std::shared_ptr<const TokenClassifier>> create(
      std::shared_ptr<const ModelHead> head, TokenClassifierOptions options);

  std::span<const std::string> labels() const { return head_->labels(); }
  // Fails with kInvalidArgument for a text that is not UTF-8, naming the text and the byte.
  Result<std::vector<TextEntities>> classify(std::span<const std::string_view> texts) const;

 private:
  struct Windows;
  TokenClassifier() = default;
  Result<text::Encoding> encode(std::string_view text) const;
  Result<std::vector<float>> scores(const TokenBatch& batch) const;
  Result<TextEntities> find(const Windows& windows, const TokenBatch& batch,
                            std::span<const float> scores) const;
  std::vector<EntityToken> entity_tokens(std::string_view text, const text::Encoding& window,
                                         std::span<const float> scores) const;

  std::shared_ptr<const ModelHead> head_;
  TokenClassifierOptions options_;
  size_t stride_ = 0;
};

}  // namespace inlay::tasks
