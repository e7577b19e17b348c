#include "text/merges_of_scores.h"

#include <algorithm>

#include "base/utf8.h"
#include "text/match.h"

namespace inlay::text {
namespace {

struct Cut {
  Bpe::MergePair pair;
  uint32_t left_id, right_id;
  uint32_t token;  // the place of what they make
};

// All ways to cut a token into two tokens, in the order of the parts' ids.
void find_cuts(const Vocabulary& vocabulary, std::string_view token, uint32_t place,
               std::vector<Cut>& out) {
  const auto first = static_cast<ptrdiff_t>(out.size());
  for (size_t at = utf8_sequence_length(token); at < token.size() && at > 0;) {
    const auto left = vocabulary.find(token.substr(0, at));
    const auto right = left ? vocabulary.find(token.substr(at)) : std::nullopt;
    if (right) out.push_back({{token.substr(0, at), token.substr(at)}, *left, *right, place});
    at += std::max<size_t>(utf8_sequence_length(token.substr(at)), 1);
  }
  std::sort(out.begin() + first, out.end(), [](const Cut& a, const Cut& b) {
    return a.left_id != b.left_id ? a.left_id < b.left_id : a.right_id < b.right_id;
  });
}

std::vector<Bpe::MergePair> pairs_of(const std::vector<Cut>& cuts) {
  std::vector<Bpe::MergePair> pairs;
  pairs.reserve(cuts.size());
  for (const Cut& cut : cuts) pairs.push_back(cut.pair);
  return pairs;
}

}  // namespace

std::vector<Bpe::MergePair> merges_of_scores(std::span<const UnigramPiece> pieces) {
  Vocabulary vocabulary;
  for (uint32_t id = 0; id < pieces.size(); ++id) vocabulary.add(pieces[id].text, id);
  std::vector<Cut> cuts;
  for (uint32_t id = 0; id < pieces.size(); ++id) {
    if (vocabulary.find(pieces[id].text) == id) find_cuts(vocabulary, pieces[id].text, id, cuts);
  }
  // The highest score first, then the longest left part, then the longest right one.
  std::stable_sort(cuts.begin(), cuts.end(), [&](const Cut& a, const Cut& b) {
    const double x = pieces[a.token].score, y = pieces[b.token].score;
    if (x != y) return x > y;
    const size_t n = count_characters(a.pair.first), m = count_characters(b.pair.first);
    if (n != m) return n > m;
    return count_characters(a.pair.second) > count_characters(b.pair.second);
  });
  return pairs_of(cuts);
}

std::vector<Bpe::MergePair> merges_of_ranks(std::span<const std::string_view> tokens) {
  Vocabulary vocabulary;
  for (uint32_t rank = 0; rank < tokens.size(); ++rank) {
    if (!tokens[rank].empty()) vocabulary.add(tokens[rank], rank);
  }
  std::vector<Cut> cuts;
  for (uint32_t rank = 0; rank < tokens.size(); ++rank) {
    find_cuts(vocabulary, tokens[rank], rank, cuts);
  }
  return pairs_of(cuts);
}

}  // namespace inlay::text
