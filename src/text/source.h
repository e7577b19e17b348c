// What is encoded, checked: one text, or words of which each is encoded for itself; and the way
// from places in it to the offsets that the caller wants.
//
//   INLAY_ASSIGN(const Source source, Source::of_text(given, {.replace_invalid = true}));
//   encode(source.text());                 // well-formed UTF-8
//   source.relocate(encoding);             // offsets into what was given
//
// Views into what was given, which must outlive the Source. Not for concurrent changes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "text/encoding.h"

namespace inlay::text {

// Fails with kInvalidArgument for 4 GiB and more and for text that is not UTF-8, naming the byte.
Status check_text(std::string_view text);

enum class OffsetUnit : uint8_t {
  kBytes,       // of the text as it was given
  kCharacters,  // Unicode scalar values; a stretch that is not UTF-8 counts as one, its U+FFFD
};

struct SourceOptions {
  bool replace_invalid = false;  // U+FFFD for what is not UTF-8; false: an error
  OffsetUnit unit = OffsetUnit::kBytes;
};

class Source {
 public:
  // Fail with kInvalidArgument for 4 GiB and more and for text that is not UTF-8, naming the byte
  // and the word.
  static Result<Source> of_text(std::string_view text, const SourceOptions& options);
  static Result<Source> of_words(std::span<const std::string_view> words,
                                 const SourceOptions& options);

  bool is_words() const { return is_words_; }
  size_t size() const { return words_.size(); }  // 1 unless is_words()
  // What offsets of a token of that word are bytes of; `word` does not matter for a text.
  std::string_view text(int32_t word = 0) const {
    const size_t index = is_words_ ? static_cast<size_t>(word) : 0;
    return words_[index].text();
  }
  // Turns offsets in text() into the caller's, also those of overflowing windows. Offsets of
  // special tokens are {0, 0} and stay so.
  void relocate(Encoding& encoding) const;

 private:
  // A stretch that became U+FFFD.
  struct Repair {
    uint32_t begin = 0;  // of U+FFFD in the repaired text
    uint32_t bytes = 0;  // of what was there
  };
  struct Word {
    std::string_view given;
    std::string repaired;  // empty: given is well-formed
    std::vector<Repair> repairs;
    std::string_view text() const { return repairs.empty() ? given : repaired; }
  };
  static Result<Word> check(std::string_view given, const SourceOptions& options);
  static void repair(Word& word);
  static uint32_t original(const Word& word, uint32_t at);
  void relocate_one(Encoding& encoding) const;

  std::vector<Word> words_;
  bool is_words_ = false;
  bool moves_ = false;  // offsets are not what they are in text()
  OffsetUnit unit_ = OffsetUnit::kBytes;
};

}  // namespace inlay::text
