// What every classifier of texts is: labels, and a score for each of them.
//
//   INLAY_ASSIGN(const auto results, classifier.classify(texts));
//   classifier.labels()[results[0].labels[0].label];   // the best label of the first text
//
// Immutable; classify() may be called by many threads at once.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace inlay::tasks {

struct LabelScore {
  size_t label;             // its number in Classifier::labels()
  float similarity, score;  // what the score was made from: a cosine, a head's logit; and the score
};

struct Classification {
  std::vector<LabelScore> labels;  // best first
  bool unknown = false;            // none of the labels is near enough
  bool truncated = false;          // the text was longer than the model takes
};

class Classifier {
 public:
  virtual ~Classifier() = default;

  // Their names, each once.
  virtual std::span<const std::string> labels() const = 0;
  // A result a text, which does not depend on the texts beside it. Fails with kInvalidArgument for
  // a text that is not UTF-8, naming the text and the byte.
  virtual Result<std::vector<Classification>> classify(
      std::span<const std::string_view> texts) const = 0;
  // The same for pairs of texts[i] and pairs[i]. Fails with kUnsupported for classifiers of single
  // texts, which need not define it.
  virtual Result<std::vector<Classification>> classify_pairs(
      std::span<const std::string_view> texts, std::span<const std::string_view> pairs) const {
    if (texts.empty() && pairs.empty()) return std::vector<Classification>();
    return unsupported("pairs: expected single texts for this classifier, found {} pairs",
                       pairs.size());
  }
};

}  // namespace inlay::tasks
