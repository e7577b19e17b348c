// A text on its way through the tokenizer: normalized text, cut into pieces.
//
// A piece is either still to be tokenized (a pre-token in the end) or already an added token.
// Pieces lie in the order of the text and are never empty; their number in the list is the word id
// of their tokens.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/utf8.h"
#include "text/normalized_text.h"

namespace inlay::text {

inline constexpr uint32_t kNoToken = UINT32_MAX;

struct Piece {
  uint32_t begin = 0;  // bytes of PieceList::text()
  uint32_t end = 0;
  uint32_t token = kNoToken;  // the id of an added token
};

// A stretch of a piece that a pre-tokenizer's pattern matched, or one between two matches.
struct Match {
  uint32_t begin = 0;  // bytes of the piece
  uint32_t end = 0;
  bool is_match = false;
};

// Calls visit(c, begin, end) for each character of well-formed text.
template <class Visit>
void for_each_character(std::string_view text, Visit&& visit) {
  for (uint32_t i = 0; i < text.size();) {
    const auto length = static_cast<uint32_t>(utf8_sequence_length(text.substr(i)));
    visit(utf8_decode(text.substr(i), length), i, i + length);
    i += length;
  }
}

// What becomes of matches; the names are those of tokenizer.json.
enum class SplitBehavior : uint8_t {
  kRemoved,
  kIsolated,
  kMergedWithPrevious,
  kMergedWithNext,
  kContiguous
};

// Joins or drops matches as `behavior` says; what stays are the new pieces.
void apply_behavior(std::vector<Match>& matches, SplitBehavior behavior);

class PieceList {
 public:
  // Appends a text as one piece; an empty one is dropped.
  void add(const NormalizedText& text, uint32_t token = kNoToken);
  // Appends text[begin, end) as one piece.
  void add(const NormalizedText& text, size_t begin, size_t end, uint32_t token = kNoToken);

  const std::vector<Piece>& pieces() const { return pieces_; }
  std::string_view text(const Piece& piece) const {
    return std::string_view(text_).substr(piece.begin, piece.end - piece.begin);
  }
  // The original bytes of [begin, end) of a piece. Requires begin < end.
  Offset origin(const Piece& piece, uint32_t begin, uint32_t end) const {
    return {origins_[piece.begin + begin].begin, origins_[piece.begin + end - 1].end};
  }

  // Cuts each piece that is no added token: find(text, matches) fills in matches that cover the
  // text.
  template <class Find>
  void split(SplitBehavior behavior, Find&& find);
  // The same where every single character with is_match(c) is a match.
  template <class IsMatch>
  void split_characters(SplitBehavior behavior, IsMatch&& is_match);

 private:
  std::string text_;
  std::vector<Offset> origins_;
  std::vector<Piece> pieces_;
};

template <class Find>
void PieceList::split(SplitBehavior behavior, Find&& find) {
  std::vector<Piece> out;
  std::vector<Match> matches;
  out.reserve(pieces_.size());
  for (const Piece& piece : pieces_) {
    if (piece.token != kNoToken) {
      out.push_back(piece);
      continue;
    }
    matches.clear();
    find(text(piece), matches);
    apply_behavior(matches, behavior);
    for (const Match& m : matches) {
      if (m.begin < m.end) out.push_back({piece.begin + m.begin, piece.begin + m.end, kNoToken});
    }
  }
  pieces_ = std::move(out);
}

template <class IsMatch>
void PieceList::split_characters(SplitBehavior behavior, IsMatch&& is_match) {
  split(behavior, [&](std::string_view text, std::vector<Match>& matches) {
    uint32_t between = 0;
    for_each_character(text, [&](char32_t c, uint32_t begin, uint32_t end) {
      if (!is_match(c)) return;
      if (between < begin) matches.push_back({between, begin, false});
      matches.push_back({begin, end, true});
      between = end;
    });
    const auto size = static_cast<uint32_t>(text.size());
    if (between < size) matches.push_back({between, size, false});
  });
}

}  // namespace inlay::text
