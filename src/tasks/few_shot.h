// Few-shot heads: labels from a handful of examples each, on frozen embeddings.
//
// Each label begins as the vector of its descriptions, which is zero-shot classification; examples move it.
// Logistic regression is shrunk towards the descriptions, so that 0, 1 and 50 examples a label are one model;
// a centroid counts the descriptions as kPriorExamples examples. Temperature and thresholds come from what each
// example looks like when it is left out. All of it is a function of the examples in their order.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/few_shot_classifier.h"
#include "tasks/label_vectors.h"

namespace inlay::tasks {

struct FewShotOptions {
  FewShotMethod method = FewShotMethod::kLogistic;
  float c = 20;                       // how far examples may move a label; scikit-learn's C
  bool without_descriptions = false;  // labels begin at 0; each then needs an example
  bool balanced = false;              // labels weigh the same, however many examples they have
  float unknown_share =
      0;  // of examples that, left out, would be too far from their label; 0: none
};

// Examples as vectors.
struct FewShotExamples {
  std::vector<std::string> label_names;
  size_t dimensions = 0;
  std::vector<float> prior;     // [labels, dimensions], of length 1
  std::vector<float> x;         // [examples, dimensions], of length 1
  std::vector<int32_t> labels;  // [examples]
};

// The head, but for its probe. Fails with kInvalidArgument for options out of range, no labels, vectors that
// are not finite, and a label that has neither descriptions nor examples.
Result<FewShotHead> fit_head(const FewShotExamples& examples, const FewShotOptions& options);

// Collects examples, whose vectors it keeps, and trains as often as asked. For one thread at a time.
class FewShotTrainer {
 public:
  using Texts = std::span<const std::string_view>;

  // Labels may be none: examples bring theirs along.
  static Result<std::unique_ptr<FewShotTrainer>> create(std::shared_ptr<const Embedder> embedder,
                                                        std::vector<Label> labels,
                                                        const FewShotOptions& options);

  // Text i has label i. A text is one example: given again it takes its new label, which is how a user corrects
  // one; its vector is not computed again. A label that is new describes itself by its name. Fails, adding
  // nothing, with kInvalidArgument for a label without a name, for one text with two labels in one call, naming
  // both places, and as Embedder::embed does.
  Status add(Texts texts, Texts labels);
  size_t count() const { return examples_.labels.size(); }
  Result<std::shared_ptr<const FewShotClassifier>> train() const;

 private:
  FewShotTrainer() = default;
  struct Fresh;
  static Status check(Texts texts, Texts labels);
  Fresh find_fresh(Texts texts, Texts labels) const;
  Status add_labels(std::span<const Label> labels);

  std::shared_ptr<const Embedder> embedder_;
  FewShotOptions options_;
  FewShotExamples examples_;
  std::vector<float> probe_;
  std::map<std::string, int32_t, std::less<>> numbers_;   // of labels
  std::map<std::string, size_t, std::less<>> positions_;  // of texts among the examples
};

}  // namespace inlay::tasks
