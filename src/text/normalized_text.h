// A text while normalizers change it: each byte knows the bytes of the original that it stands for.
//
//   NormalizedText text("Ã©", 0);         // 0: where these bytes begin in the original
//   text.normalize(unicode::Form::kNfc);
//   text.origin(0, text.size());           // {0, 4}
//
// An inserted character stands for what the character before it stands for; a removed one is gone
// from the alignment. These are the rules of Hugging Face's NormalizedString, on which token
// offsets rest.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "text/encoding.h"
#include "text/match.h"
#include "unicode/normalization.h"

namespace inlay::text {

// Fails with kOutOfMemory where components make more than 256 times as many `bytes`, and 1 MiB, of
// `original` ones: far more than real files do (33 of the 3 of U+FDFA), and less than all memory,
// which a few bytes of a file could ask for.
Status check_growth(uint64_t bytes, uint64_t original);

class NormalizedText {
 public:
  // Requires well-formed UTF-8. `begin` is the offset of `original` in the whole text.
  explicit NormalizedText(std::string_view original, uint32_t begin = 0);
  // A text with the origins of its bytes: a piece that was cut out of another text.
  NormalizedText(std::string_view text, std::span<const Offset> origins);

  std::string_view text() const { return text_; }
  size_t size() const { return text_.size(); }
  std::span<const Offset> origins() const { return origins_; }  // one a byte of text()
  // The original bytes of text()[begin, end). Requires begin < end <= size().
  Offset origin(size_t begin, size_t end) const;
  // Fails with kOutOfMemory where a text of `bytes` is too much to make of this one's original.
  Status expect(uint64_t bytes) const { return check_growth(bytes, original_bytes_); }
  // Where the text begins in the original, whatever was removed from it since.
  uint32_t begin() const { return begin_; }

  // Replaces the whole text by `changed`, which starts behind the first `removed` characters.
  void transform(std::span<const unicode::Mapped> changed, size_t removed = 0);

  void normalize(unicode::Form form);
  void lowercase();
  // Puts `prefix` before a text that is not empty; it stands for what the first character stands
  // for.
  void prepend(std::string_view prefix);
  // Replaces each match by `content`, which stands for the last character of the match. `matches`
  // are in order, with or without the stretches between.
  void replace(std::span<const Match> matches, std::string_view content);
  // Replaces each byte by its character in GPT-2's alphabet.
  void map_bytes();
  // Keeps the characters for which keep(c) holds.
  template <class Keep>
  void filter(Keep&& keep);
  // Replaces each character by map(c).
  template <class Map>
  void map(Map&& map);

  std::u32string characters() const;

 private:
  std::string text_;
  std::vector<Offset> origins_;
  uint32_t begin_ = 0;
  size_t original_bytes_ = 0;
};

template <class Keep>
void NormalizedText::filter(Keep&& keep) {
  std::vector<unicode::Mapped> kept;
  size_t removed_first = 0;
  for (const char32_t c : characters()) {
    if (keep(c)) {
      kept.push_back({c, 0});
    } else if (kept.empty()) {
      ++removed_first;
    } else {
      --kept.back().change;
    }
  }
  transform(kept, removed_first);
}

template <class Map>
void NormalizedText::map(Map&& map) {
  std::vector<unicode::Mapped> mapped;
  for (const char32_t c : characters()) mapped.push_back({map(c), 0});
  transform(mapped);
}

}  // namespace inlay::text
