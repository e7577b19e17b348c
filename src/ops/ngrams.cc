#include "ops/ngrams.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "base/format.h"
#include "ops/ml/attributes.h"

namespace inlay::ops {
namespace {

constexpr int64_t kMostOutputs = int64_t{1} << 31;

}  // namespace

std::vector<int64_t> pool_words(const std::vector<std::string>& pool) {
  std::vector<int64_t> order(pool.size()), words(pool.size());
  const auto text = [&](int64_t i) -> const std::string& { return pool[static_cast<size_t>(i)]; };
  std::iota(order.begin(), order.end(), int64_t{0});
  std::sort(order.begin(), order.end(),
            [&](int64_t a, int64_t b) { return text(a) != text(b) ? text(a) < text(b) : a < b; });
  for (size_t i = 0; i < order.size(); ++i) {
    const bool again = i > 0 && text(order[i]) == text(order[i - 1]);
    words[static_cast<size_t>(order[i])] =
        again ? words[static_cast<size_t>(order[i - 1])] : order[i];
  }
  return words;
}

// Where each n-gram counts, and with what weight.
Status Ngrams::read_columns(const graph::Node& node) {
  const auto* columns = ml::integers(node, "ngram_indexes");
  if (!columns) return invalid("ngram_indexes: expected columns, found none");
  columns_ = *columns;
  for (const int64_t column : columns_) {
    if (column < 0 || column >= kMostOutputs)
      return invalid("ngram_indexes: expected columns below {}, found {}", kMostOutputs, column);
    outputs_ = std::max(outputs_, column + 1);
  }
  const std::string_view mode = node.text("mode", "");
  if (mode != "TF" && mode != "IDF" && mode != "TFIDF")
    return invalid("mode: expected TF, IDF or TFIDF, found {}", quote(mode));
  once_ = mode == "IDF";
  const auto* weights = ml::floats(node, "weights");
  if (!weights) return Status();
  INLAY_TRY(ml::expect_length("weights", static_cast<int64_t>(weights->size()),
                              static_cast<int64_t>(columns_.size()), false));
  if (mode == "TF") return Status();
  weights_ = *weights;
  return Status();
}

// The pool is all n-grams of one word, all of two, and so on; "ngram_counts" says where each kind begins.
Status Ngrams::read_pool(const graph::Node& node, const std::vector<int64_t>& words) {
  const auto* begins = ml::integers(node, "ngram_counts");
  if (!begins) return invalid("ngram_counts: expected places in the pool, found none");
  const auto count = static_cast<int64_t>(words.size());
  std::map<Edge, int64_t> tree;
  ngram_of_ = {-1};
  int64_t ngram = 0;
  for (size_t kind = 0; kind < begins->size(); ++kind) {
    const int64_t begin = (*begins)[kind], length = static_cast<int64_t>(kind) + 1;
    const int64_t end = kind + 1 < begins->size() ? (*begins)[kind + 1] : count;
    if (begin < 0 || begin > end || end > count || (end - begin) % length != 0)
      return invalid("ngram_counts: expected places of {}-grams in a pool of {}, found {} to {}",
                     length, count, begin, end);
    for (int64_t at = begin; at < end; at += length, ++ngram) {
      if (length < shortest_ || length > longest_) continue;
      int64_t place = kRoot;
      for (int64_t i = at; i < at + length; ++i) {
        const auto next = static_cast<int64_t>(ngram_of_.size());
        const auto [found, added] = tree.emplace(Edge{place, words[static_cast<size_t>(i)]}, next);
        if (added) ngram_of_.push_back(-1);
        place = found->second;
      }
      ngram_of_[static_cast<size_t>(place)] = ngram;
    }
  }
  for (const auto& [edge, child] : tree) children_.push_back({edge, child});
  return ml::expect_length("ngram_indexes", static_cast<int64_t>(columns_.size()), ngram, false);
}

Result<std::shared_ptr<const Ngrams>> Ngrams::read(const graph::Node& node) {
  auto made = std::make_shared<Ngrams>();
  INLAY_TRY(made->read_columns(node));
  made->shortest_ = node.integer("min_gram_length", 0);
  made->longest_ = node.integer("max_gram_length", 0);
  made->skips_ = node.integer("max_skip_count", -1);
  if (made->shortest_ < 1 || made->longest_ < made->shortest_)
    return invalid("expected 1 <= min_gram_length <= max_gram_length, found {} and {}",
                   made->shortest_, made->longest_);
  if (made->skips_ < 0)
    return invalid("max_skip_count: expected 0 or more, found {}", made->skips_);
  const auto* integers = ml::integers(node, "pool_int64s");
  const auto* texts = ml::strings(node, "pool_strings");
  if (!integers == !texts) return invalid("expected pool_int64s or pool_strings");
  INLAY_TRY(made->read_pool(node, integers ? *integers : pool_words(*texts)));
  return std::shared_ptr<const Ngrams>(std::move(made));
}

int64_t Ngrams::find(int64_t parent, int64_t word) const {
  const Edge wanted{parent, word};
  const auto found =
      std::lower_bound(children_.begin(), children_.end(), wanted,
                       [](const Child& child, const Edge& edge) { return child.edge < edge; });
  return found != children_.end() && found->edge == wanted ? found->node : -1;
}

// The n-grams that begin at a word, of words that lie `distance` apart.
void Ngrams::count_from(std::span<const int64_t> words, size_t begin, size_t distance,
                        int64_t shortest, float* out) const {
  int64_t place = kRoot, length = 1;
  for (size_t at = begin; at < words.size() && length <= longest_; at += distance, ++length) {
    place = find(place, words[at]);
    if (place < 0) return;
    const int64_t ngram = ngram_of_[static_cast<size_t>(place)];
    if (length < shortest || ngram < 0) continue;
    const auto i = static_cast<size_t>(ngram);
    const float weight = weights_.empty() ? 1.0f : weights_[i];
    float& count = out[columns_[i]];
    count = once_ ? weight : count + weight;
  }
}

void Ngrams::count(std::span<const int64_t> words, float* out) const {
  std::fill(out, out + outputs_, 0.0f);
  int64_t shortest = shortest_;
  // Words that lie further apart than there are words make no n-gram.
  const auto farthest =
      static_cast<size_t>(std::min(skips_, static_cast<int64_t>(words.size())) + 1);
  for (size_t distance = 1; distance <= farthest && shortest <= longest_; ++distance) {
    for (size_t begin = 0; begin < words.size(); ++begin)
      count_from(words, begin, distance, shortest, out);
    // One word is at no distance from another.
    if (shortest == 1) shortest = 2;
  }
}

}  // namespace inlay::ops
