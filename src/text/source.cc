#include "text/source.h"

#include "text/lossy_utf8.h"
#include "text/utf8_check.h"

namespace inlay::text {
namespace {

// How many characters begin before each place of interest, for places that only grow by little:
// counts from the last place on, or anew from the begin.
class CharacterCounter {
 public:
  explicit CharacterCounter(std::string_view text) : text_(text) {}

  uint32_t before(uint32_t at) {
    if (at < at_) at_ = count_ = 0;
    for (; at_ < at; ++at_) count_ += (text_[at_] & 0xC0) != 0x80;
    return count_;
  }

 private:
  std::string_view text_;
  uint32_t at_ = 0, count_ = 0;
};

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

}  // namespace

Status check_text(std::string_view text) {
  if (text.size() >= UINT32_MAX) {
    return invalid("text: expected less than 4 GiB, found {} bytes", text.size());
  }
  const size_t at = find_utf8_error(text);
  if (at == std::string_view::npos) return Status();
  return invalid("text: expected UTF-8, found {} at byte {}", quote(text.substr(at, 4)), at);
}

Result<Source::Word> Source::check(std::string_view given, const SourceOptions& options) {
  Word word{given, {}, {}};
  // What is repaired may be three times as long.
  const bool repairs = options.replace_invalid && given.size() < UINT32_MAX / 3;
  if (!repairs) {
    INLAY_TRY(check_text(given));
  } else if (find_utf8_error(given) != std::string_view::npos) {
    repair(word);
  }
  return word;
}

void Source::repair(Word& word) {
  std::string_view rest = word.given;
  for (;;) {
    const size_t error = find_utf8_error(rest);
    word.repaired += rest.substr(0, error);
    if (error == std::string_view::npos) return;
    rest.remove_prefix(error);
    const size_t bytes = maximal_subpart(rest);
    word.repairs.push_back(
        {static_cast<uint32_t>(word.repaired.size()), static_cast<uint32_t>(bytes)});
    word.repaired += "\uFFFD";
    rest.remove_prefix(bytes);
  }
}

Result<Source> Source::of_text(std::string_view text, const SourceOptions& options) {
  Source source;
  source.unit_ = options.unit;
  INLAY_ASSIGN(Word word, check(text, options));
  source.moves_ = options.unit == OffsetUnit::kCharacters ? !is_ascii(text) : !word.repairs.empty();
  source.words_.push_back(std::move(word));
  return source;
}

Result<Source> Source::of_words(std::span<const std::string_view> words,
                                const SourceOptions& options) {
  Source source;
  source.unit_ = options.unit;
  source.is_words_ = true;
  source.words_.reserve(words.size());
  if (words.size() >= INT32_MAX)
    return invalid("text: expected fewer words, found {}", words.size());
  for (size_t i = 0; i < words.size(); ++i) {
    auto word = check(words[i], options);
    if (!word.ok()) return std::move(word).status().at(format("word {}", i));
    source.moves_ |=
        options.unit == OffsetUnit::kCharacters ? !is_ascii(words[i]) : !word->repairs.empty();
    source.words_.push_back(std::move(word).value());
  }
  return source;
}

uint32_t Source::original(const Word& word, uint32_t at) {
  constexpr uint32_t kReplacementBytes = 3;  // of U+FFFD
  int64_t moved = at;
  for (const Repair& r : word.repairs) {
    if (r.begin + kReplacementBytes > at) break;
    moved += int64_t{r.bytes} - kReplacementBytes;
  }
  return static_cast<uint32_t>(moved);
}

void Source::relocate_one(Encoding& encoding) const {
  const Word* word = nullptr;
  CharacterCounter characters({});
  const std::span<const int32_t> word_ids = encoding.word_ids();
  for (size_t i = 0; i < encoding.size(); ++i) {
    if (word_ids[i] == kNoWord) continue;
    const size_t index = is_words_ ? static_cast<size_t>(word_ids[i]) : 0;
    if (word != &words_[index]) {
      word = &words_[index];
      characters = CharacterCounter(word->text());
    }
    Offset& o = encoding.offsets()[i];
    if (unit_ == OffsetUnit::kCharacters) {
      const uint32_t begin = characters.before(o.begin);
      o = {begin, characters.before(o.end)};
    } else {
      o = {original(*word, o.begin), original(*word, o.end)};
    }
  }
}

void Source::relocate(Encoding& encoding) const {
  if (!moves_ || !encoding.with_offsets) return;
  relocate_one(encoding);
  for (Encoding& window : encoding.overflowing) relocate_one(window);
}

}  // namespace inlay::text
