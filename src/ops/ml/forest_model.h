// What becomes of the leaves that a row comes to: sums or extremes, base values, transforms, labels.
#pragma once

#include "ops/ml/forest.h"
#include "ops/ml/post_transform.h"
#include "ops/ml/scorer.h"

namespace inlay::ops::ml {

// The numbers are those of TreeEnsemble's attribute.
enum class Aggregate : uint8_t { kAverage, kSum, kMin, kMax };
Result<Aggregate> aggregate_function(std::string_view name);
Result<Aggregate> aggregate_function(int64_t number);

// How a classifier of at most two classes makes labels and scores of its votes.
enum class TwoClasses : uint8_t {
  kNo,      // as one of many: the highest score wins
  kFirst,   // all votes are for class 0 and speak for class 1: one score becomes two
  kSecond,  // all votes are for class 1
};

struct ForestRules {
  Aggregate aggregate = Aggregate::kSum;
  PostTransform transform = PostTransform::kNone;
  int64_t targets = 1;       // of the votes
  std::vector<double> base;  // [targets], one, or none
  ClassLabels labels;
  bool classifies = false;
  TwoClasses two = TwoClasses::kNo;
  bool probabilities = false;  // of two classes: no weight is negative, 0.5 is the middle
};

// Rules of one or two classes, by which classes get votes.
void set_two_classes(const ForestSource& source, ForestRules& rules);

template <class T>
class ForestModel final : public Scorer<T> {
 public:
  ForestModel(Forest<T> forest, ForestRules rules)
      : forest_(std::move(forest)), rules_(std::move(rules)) {}
  int64_t scores() const override { return doubles() ? 2 : rules_.targets; }
  int64_t features() const override { return forest_.features; }
  int64_t scratch_bytes(int64_t rows) const override {
    return tracks_votes() ? rows * rules_.targets : 0;
  }
  void run(const T* x, int64_t columns, int64_t rows, T* scores, int64_t* labels,
           std::byte* scratch) const override;

 private:
  // A target without votes is none of the highest and has no extreme.
  bool tracks_votes() const {
    return rules_.aggregate == Aggregate::kMin || rules_.aggregate == Aggregate::kMax ||
           (rules_.classifies && rules_.two == TwoClasses::kNo && rules_.base.empty());
  }
  bool doubles() const { return rules_.two == TwoClasses::kFirst && rules_.labels.count() == 2; }

  void add_votes(int32_t leaf, T* scores, uint8_t* voted) const;
  void add_rows(const T* x, int64_t columns, int64_t rows, T* scores, uint8_t* voted) const;
  void add_row(const T* x, T* scores, uint8_t* voted) const;
  int64_t label(const T* scores, const uint8_t* voted) const;
  void finish(T* scores) const;

  Forest<T> forest_;
  ForestRules rules_;
};

}  // namespace inlay::ops::ml
