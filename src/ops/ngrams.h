// Counting n-grams of numbers: what TfIdfVectorizer does, of strings too once they are numbered.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace inlay::ops {

// The n-grams of a node in a tree of words. Does not change; many threads may count at once.
class Ngrams {
 public:
  // Fails where lists have other lengths than others need, or name places outside of them.
  static Result<std::shared_ptr<const Ngrams>> read(const graph::Node& node);

  int64_t outputs() const { return outputs_; }  // of a row
  // Adds what `words` hold, weighted as the node says, to `out` [outputs()]; overwrites what is there.
  void count(std::span<const int64_t> words, float* out) const;

 private:
  struct Edge {
    int64_t parent, word;
    auto operator<=>(const Edge&) const = default;
  };
  struct Child {
    Edge edge;
    int64_t node;
  };
  static constexpr int64_t kRoot = 0;

  Status read_columns(const graph::Node& node);
  Status read_pool(const graph::Node& node, const std::vector<int64_t>& words);
  int64_t find(int64_t parent, int64_t word) const;  // -1: no n-gram goes on so
  void count_from(std::span<const int64_t> words, size_t begin, size_t distance, int64_t shortest,
                  float* out) const;

  std::vector<Child> children_;    // sorted by edge once all are there
  std::vector<int64_t> ngram_of_;  // of a node of the tree; -1: none ends here
  std::vector<int64_t> columns_;   // of each n-gram
  std::vector<float> weights_;     // of each n-gram, or none
  int64_t outputs_ = 0, shortest_ = 1, longest_ = 1, skips_ = 0;
  bool once_ = false;  // "IDF": however often an n-gram comes, it counts as one
};

// The place in the pool where each string of "pool_strings" comes first: what stands for it among numbers.
std::vector<int64_t> pool_words(const std::vector<std::string>& pool);

}  // namespace inlay::ops
