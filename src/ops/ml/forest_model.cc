#include "ops/ml/forest_model.h"

#include <algorithm>
#include <cstring>

#include "base/format.h"

namespace inlay::ops::ml {
namespace {

constexpr std::string_view kAggregates[] = {"AVERAGE", "SUM", "MIN", "MAX"};

}  // namespace

Result<Aggregate> aggregate_function(std::string_view name) {
  const auto* found = std::find(std::begin(kAggregates), std::end(kAggregates), name);
  if (found != std::end(kAggregates)) return static_cast<Aggregate>(found - kAggregates);
  return invalid("aggregate_function: expected AVERAGE, SUM, MIN or MAX, found {}", quote(name));
}

Result<Aggregate> aggregate_function(int64_t number) {
  if (number >= 0 && number < static_cast<int64_t>(std::size(kAggregates)))
    return static_cast<Aggregate>(number);
  return invalid("aggregate_function: expected a number from 0 to 3, found {}", number);
}

void set_two_classes(const ForestSource& source, ForestRules& rules) {
  bool first = false, second = false;
  rules.probabilities = true;
  for (const ForestSource::Node& node : source.nodes)
    for (const Vote& vote : node.votes) {
      (vote.target == 0 ? first : second) = true;
      rules.probabilities &= vote.weight >= 0;
    }
  if (first && second) return;
  rules.two = second ? TwoClasses::kSecond : TwoClasses::kFirst;
  if (rules.two == TwoClasses::kFirst) rules.targets = 1;
  if (rules.labels.count() == 1) rules.probabilities = false;
}

template <class T>
void ForestModel<T>::add_votes(int32_t leaf, T* scores, uint8_t* voted) const {
  const auto range = forest_.votes_of[static_cast<size_t>(leaf)];
  for (int32_t i = range.begin; i < range.end; ++i) {
    const auto& vote = forest_.votes[static_cast<size_t>(i)];
    T& score = scores[vote.target];
    const bool first = voted && !voted[vote.target];
    if (voted) voted[vote.target] = 1;
    switch (rules_.aggregate) {
      case Aggregate::kMin: score = first ? vote.weight : std::min(score, vote.weight); break;
      case Aggregate::kMax: score = first ? vote.weight : std::max(score, vote.weight); break;
      default: score += vote.weight;
    }
  }
}

// Rows side by side, tree by tree, so that a tree stays in cache. Rows add their trees in order all the same.
template <class T>
void ForestModel<T>::add_rows(const T* x, int64_t columns, int64_t rows, T* scores,
                              uint8_t* voted) const {
  constexpr int kLanes = Forest<T>::kLanes;
  const int64_t stride = this->scores();
  for (const auto& tree : forest_.trees) {
    const typename Forest<T>::Tree* trees[kLanes];
    std::fill(trees, trees + kLanes, &tree);
    for (int64_t begin = 0; begin < rows; begin += kLanes) {
      const T* lanes[kLanes];
      int32_t leaves[kLanes];
      // Lanes behind the last row go down with it and are not looked at.
      for (int lane = 0; lane < kLanes; ++lane)
        lanes[lane] = x + std::min(begin + lane, rows - 1) * columns;
      forest_.descend(trees, lanes, leaves);
      for (int64_t row = begin; row < std::min(rows, begin + kLanes); ++row)
        add_votes(leaves[row - begin], scores + row * stride,
                  voted ? voted + row * rules_.targets : nullptr);
    }
  }
}

template <class T>
void ForestModel<T>::add_row(const T* x, T* scores, uint8_t* voted) const {
  constexpr int kLanes = Forest<T>::kLanes;
  const T* rows[kLanes];
  std::fill(rows, rows + kLanes, x);
  const size_t count = forest_.trees.size();
  for (size_t begin = 0; begin < count; begin += kLanes) {
    const typename Forest<T>::Tree* trees[kLanes];
    int32_t leaves[kLanes];
    for (size_t lane = 0; lane < kLanes; ++lane)
      trees[lane] = &forest_.trees[std::min(begin + lane, count - 1)];
    forest_.descend(trees, rows, leaves);
    for (size_t tree = begin; tree < std::min(count, begin + kLanes); ++tree)
      add_votes(leaves[tree - begin], scores, voted);
  }
}

template <class T>
int64_t ForestModel<T>::label(const T* scores, const uint8_t* voted) const {
  if (rules_.two != TwoClasses::kNo) {
    const T score =
        rules_.two == TwoClasses::kSecond && rules_.targets == 2 ? scores[1] : scores[0];
    const bool second = score > (rules_.probabilities ? T(0.5) : T(0));
    // One class alone is told from what is not it: 1 or 0.
    return rules_.labels.count() == 2 ? rules_.labels.label(second) : int64_t{second};
  }
  int64_t best = -1;
  for (int64_t i = 0; i < rules_.targets; ++i)
    if ((!voted || voted[i]) && (best < 0 || scores[i] > scores[best])) best = i;
  return rules_.labels.label(std::max<int64_t>(best, 0));
}

template <class T>
void ForestModel<T>::finish(T* scores) const {
  if (doubles())
    transform_one_as_two(rules_.transform,
                         rules_.probabilities ? TwoScores::kComplement : TwoScores::kOpposite,
                         scores);
  else
    transform_scores(rules_.transform, scores, rules_.targets);
}

template <class T>
void ForestModel<T>::run(const T* x, int64_t columns, int64_t rows, T* scores, int64_t* labels,
                         std::byte* scratch) const {
  constexpr int64_t kFewRows = 4;  // fewer of them than of trees go down side by side
  const int64_t stride = this->scores();
  auto* const voted = tracks_votes() ? reinterpret_cast<uint8_t*>(scratch) : nullptr;
  if (voted) std::memset(voted, 0, static_cast<size_t>(rows * rules_.targets));
  std::fill(scores, scores + rows * stride, T(0));
  if (rows > kFewRows)
    add_rows(x, columns, rows, scores, voted);
  else
    for (int64_t row = 0; row < rows; ++row)
      add_row(x + row * columns, scores + row * stride,
              voted ? voted + row * rules_.targets : nullptr);
  const bool average = rules_.aggregate == Aggregate::kAverage && !forest_.trees.empty();
  for (int64_t row = 0; row < rows; ++row, scores += stride) {
    for (int64_t i = 0; i < rules_.targets; ++i) {
      if (average) scores[i] /= static_cast<T>(forest_.trees.size());
      if (!rules_.base.empty())
        scores[i] +=
            static_cast<T>(rules_.base[std::min(static_cast<size_t>(i), rules_.base.size() - 1)]);
    }
    if (labels) labels[row] = label(scores, voted ? voted + row * rules_.targets : nullptr);
    finish(scores);
  }
}

template class ForestModel<float>;
template class ForestModel<double>;

}  // namespace inlay::ops::ml
