// A text on its way through the tokenizer: normalized text, cut into pieces.
//
// A piece is either still to be tokenized (a pre-token in the end) or already an added token.
// Pieces lie in the order of the text and are never empty; their number in the list is the word id
// of their tokens.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/status.h"
#include "text/match.h"
#include "text/normalized_text.h"

namespace inlay::text {

inline constexpr uint32_t kNoToken = UINT32_MAX;

struct Piece {
  uint32_t begin = 0;  // bytes of PieceList::text()
  uint32_t end = 0;
  uint32_t token = kNoToken;  // the id of an added token
};

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
  // Of a text of so many bytes.
  explicit PieceList(size_t original_bytes = 0) : original_bytes_(original_bytes) {}

  // Appends a text as one piece; an empty one is dropped.
  void add(const NormalizedText& text, uint32_t token = kNoToken);
  // Appends text[begin, end) as one piece.
  void add(const NormalizedText& text, size_t begin, size_t end, uint32_t token = kNoToken);

  const std::vector<Piece>& pieces() const { return pieces_; }
  std::string_view text(const Piece& piece) const {
    return std::string_view(text_).substr(piece.begin, piece.end - piece.begin);
  }
  // The original bytes of [begin, end) of a piece.
  Offset origin(const Piece& piece, uint32_t begin, uint32_t end) const {
    // Models may say stretches that the piece does not have; the peer's rules for those.
    const uint32_t size = piece.end - piece.begin;
    if (begin == end)
      return {origins_[piece.begin].begin + begin, origins_[piece.begin].begin + end};
    if (end > size) return {begin, end};
    return {origins_[piece.begin + begin].begin, origins_[piece.begin + end - 1].end};
  }

  // Cuts each piece that is no added token: find(text, matches) fills in matches that cover the
  // text, and may fail; the list is then as it was.
  template <class Find>
  Status split(SplitBehavior behavior, Find&& find);
  // The same where every single character with is_match(c) is a match.
  template <class IsMatch>
  Status split_characters(SplitBehavior behavior, IsMatch&& is_match);
  // Lets change(text) rewrite each piece that is no added token; one that becomes empty is dropped.
  // Fails with kOutOfMemory for much more text than there was at first.
  template <class Change>
  Status rewrite(Change&& change);

 private:
  std::span<const Offset> origins(const Piece& piece) const {
    return std::span(origins_).subspan(piece.begin, piece.end - piece.begin);
  }

  // What Metaspace or ByteLevel add to a text that normalizers made as long as they may.
  static constexpr uint64_t kMostGrowth = 4;

  std::string text_;
  std::vector<Offset> origins_;
  std::vector<Piece> pieces_;
  size_t original_bytes_;
};

template <class Find>
Status PieceList::split(SplitBehavior behavior, Find&& find) {
  std::vector<Piece> out;
  std::vector<Match> matches;
  out.reserve(pieces_.size());
  for (const Piece& piece : pieces_) {
    if (piece.token != kNoToken) {
      out.push_back(piece);
      continue;
    }
    matches.clear();
    if constexpr (std::is_void_v<decltype(find(text(piece), matches))>) {
      find(text(piece), matches);
    } else {
      INLAY_TRY(find(text(piece), matches));
    }
    apply_behavior(matches, behavior);
    for (const Match& m : matches) {
      if (m.begin < m.end) out.push_back({piece.begin + m.begin, piece.begin + m.end, kNoToken});
    }
  }
  pieces_ = std::move(out);
  return Status();
}

template <class IsMatch>
Status PieceList::split_characters(SplitBehavior behavior, IsMatch&& is_match) {
  return split(behavior, [&](std::string_view text, std::vector<Match>& matches) {
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

template <class Change>
Status PieceList::rewrite(Change&& change) {
  PieceList out(original_bytes_);
  out.text_.reserve(text_.size());
  out.origins_.reserve(origins_.size());
  for (const Piece& piece : pieces_) {
    NormalizedText text(this->text(piece), origins(piece));
    if (piece.token == kNoToken) change(text);
    INLAY_TRY(check_growth((out.text_.size() + text.size()) / kMostGrowth, original_bytes_));
    out.add(text, piece.token);
  }
  *this = std::move(out);
  return Status();
}

}  // namespace inlay::text
