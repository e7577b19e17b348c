#include "text/scanners.h"

#include "text/ascii_run.h"
#include "unicode/category.h"

namespace inlay::text {
namespace {

using unicode::kLetter, unicode::kLower, unicode::kMark, unicode::kNumber, unicode::kPunctuated,
    unicode::kSpace, unicode::kSymbol, unicode::kUpper;

// unicode::categories() of ASCII, at one load.
struct AsciiCategories {
  uint8_t set[128] = {};
  constexpr AsciiCategories() {
    for (int c = 0; c < 128; ++c) {
      if (c == ' ' || (c >= '\t' && c <= '\r')) set[c] = kSpace;
      if (c >= '!' && c <= '~') set[c] = kPunctuated;
      if (c >= '0' && c <= '9') set[c] = kNumber;
      if (c >= 'a' && c <= 'z') set[c] = kLetter | kLower;
      if (c >= 'A' && c <= 'Z') set[c] = kLetter | kUpper;
    }
    for (const char c : {'$', '+', '<', '=', '>', '^', '`', '|', '~'}) {
      set[static_cast<unsigned char>(c)] = kSymbol;
    }
  }
};
constexpr AsciiCategories kAscii;

// A character and where it ends; at the end of the text `set` is 0 and end == at.
struct Character {
  char32_t c = 0;
  uint8_t set = 0;
  size_t end = 0;
};

Character beyond_ascii(std::string_view text, size_t at) {
  const size_t length = utf8_sequence_length(text.substr(at));
  const char32_t c = utf8_decode(text.substr(at), length);
  return {c, unicode::categories(c), at + length};
}

// Small, so that it is compiled into its callers.
inline Character character(std::string_view text, size_t at) {
  if (at >= text.size()) return {0, 0, at};
  const auto byte = static_cast<unsigned char>(text[at]);
  return byte < 0x80 ? Character{byte, kAscii.set[byte], at + 1} : beyond_ascii(text, at);
}

bool is_newline(char32_t c) { return c == U'\r' || c == U'\n'; }
constexpr uint8_t kPlain = kLetter | kNumber | kSpace;

// The end of the run of characters with accept(character) from `at` on.
template <class Accept>
size_t run(std::string_view text, size_t at, Accept&& accept) {
  while (at < text.size()) {
    const Character next = character(text, at);
    if (!accept(next)) break;
    at = next.end;
  }
  return at;
}

size_t run_of(std::string_view text, size_t at, uint8_t set) {
  return run(text, at, [set](const Character& c) { return (c.set & set) != 0; });
}

bool is_ascii(std::string_view text, size_t at) {
  return static_cast<unsigned char>(text[at]) < 0x80;
}

// The same for a set with all letters in it.
size_t run_of_letters(std::string_view text, size_t at, uint8_t set) {
  for (;;) {
    at = end_of_run<AsciiLetters>(text, at);
    if (at == text.size() || is_ascii(text, at)) return at;
    const Character next = character(text, at);
    if ((next.set & set) == 0) return at;
    at = next.end;
  }
}

// Most words: ASCII letters, behind a space or not. The place of the first letter, or npos.
size_t find_plain_word(std::string_view text, size_t at) {
  at += text[at] == ' ';
  return at < text.size() && AsciiLetters::has(text[at]) ? at : std::string_view::npos;
}

// Behind an apostrophe: the length of contraction().
size_t contracted(std::string_view text, size_t at, bool any_case) {
  if (at + 1 >= text.size()) return 0;
  const auto letter = [&](size_t i) {
    const char c = i < text.size() ? text[i] : '\0';
    return any_case && c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  };
  const char first = letter(at + 1), second = letter(at + 2);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return 2;
  if ((first == 'r' || first == 'v') && second == 'e') return 3;
  if (first == 'l' && second == 'l') return 3;
  return any_case && text.substr(at + 1).starts_with("\u017F") ? 3 : 0;
}

// The length of 's 't 're 've 'm 'll 'd at `at`, or 0; with `any_case` in any case (ſ is an s).
inline size_t contraction(std::string_view text, size_t at, bool any_case) {
  return text[at] == '\'' ? contracted(text, at, any_case) : 0;
}

// \s+(?!\S)|\s+: white space, but the last character of it is left to the word behind it.
size_t end_of_space(std::string_view text, size_t at) {
  size_t last = at;
  const size_t end = run(text, at, [&](const Character& c) {
    if ((c.set & kSpace) == 0) return false;
    last = c.end;
    return true;
  });
  if (end == text.size()) return end;
  size_t begin = last - 1;
  while ((text[begin] & 0xC0) == 0x80) --begin;
  return begin > at ? begin : end;
}

// \s*[\r\n]+: the end of the last line break in the white space from `at` on, or 0.
size_t end_of_lines(std::string_view text, size_t at) {
  size_t last = 0;
  run(text, at, [&](const Character& c) {
    if (is_newline(c.c)) last = c.end;
    return (c.set & kSpace) != 0;
  });
  return last;
}

size_t end_of_digits(std::string_view text, size_t at, int most) {
  return run(text, at, [&](const Character& c) { return (c.set & kNumber) != 0 && most-- > 0; });
}

size_t next_gpt2(std::string_view text, size_t at) {
  const size_t word = find_plain_word(text, at);
  if (word != std::string_view::npos) return run_of_letters(text, word + 1, kLetter);
  if (const size_t length = contraction(text, at, false)) return at + length;
  const Character first = character(text, at);
  Character lead = first;
  if (first.c == U' ') {
    const Character second = character(text, first.end);
    if (second.end > first.end && (second.set & kSpace) == 0) lead = second;
  }
  if (lead.set & kLetter) return run_of_letters(text, lead.end, kLetter);
  if (lead.set & kNumber) return run_of(text, lead.end, kNumber);
  if (lead.set & kSpace) return end_of_space(text, at);
  return run(text, lead.end, [](const Character& c) { return (c.set & kPlain) == 0; });
}

//  ?[^…]+[\r\n]* with further characters in the last set; 0: no match. `plain` are those in [^…].
template <class MayEnd>
size_t end_of_others(std::string_view text, const Character& first, const Character& second,
                     uint8_t plain, MayEnd&& may_end) {
  const bool spaced = first.c == U' ' && second.end > first.end;
  if (((spaced ? second : first).set & plain) != 0) return 0;
  const size_t end =
      run(text, first.end, [plain](const Character& c) { return (c.set & plain) == 0; });
  return run(text, end, [&](const Character& c) { return may_end(c.c); });
}

// Llama 3 and its relatives, which differ in how many digits make a number and what makes a word.
template <int kDigits, uint8_t kWord>
size_t next_in_line(std::string_view text, size_t at) {
  const size_t word = find_plain_word(text, at);
  if (word != std::string_view::npos) return run_of_letters(text, word + 1, kWord);
  if (const size_t length = contraction(text, at, true)) return at + length;
  const Character first = character(text, at);
  if (first.set & kWord) return run_of_letters(text, first.end, kWord);
  if (first.set & kNumber) return end_of_digits(text, at, kDigits);
  // [^\r\n\p{L}\p{N}]?\p{L}+
  const Character second = character(text, first.end);
  if (!is_newline(first.c) && (second.set & kWord)) {
    return run_of_letters(text, second.end, kWord);
  }
  if (const size_t end = end_of_others(text, first, second, kPlain | kWord, is_newline)) return end;
  if (const size_t end = end_of_lines(text, at)) return end;
  return end_of_space(text, at);
}

// The two forms of words of o200k: [Lu Lt Lm Lo M]*[Ll Lm Lo M]+ and [Lu Lt Lm Lo M]+[Ll Lm Lo M]*,
// each with an optional contraction.
bool begins_word(uint8_t set) { return (set & (kLetter | kMark)) != 0 && (set & kLower) == 0; }
bool continues_word(uint8_t set) { return (set & (kLetter | kMark)) != 0 && (set & kUpper) == 0; }

size_t with_contraction(std::string_view text, size_t end) {
  return end < text.size() ? end + contraction(text, end, true) : end;
}

// The ends of both forms at `at`; 0: no match.
struct WordEnds {
  size_t lower = 0, upper = 0;
};

WordEnds ends_of_word(std::string_view text, size_t at) {
  size_t common = 0;  // the end of the last character that is in both sets
  const size_t upper = run(text, at, [&](const Character& c) {
    if (!begins_word(c.set)) return false;
    if (continues_word(c.set)) common = c.end;
    return true;
  });
  const size_t end = run(text, upper, [](const Character& c) { return continues_word(c.set); });
  WordEnds ends;
  // With no lower run behind the upper one the first form gives characters back.
  if (end > upper || common > 0) ends.lower = with_contraction(text, end > upper ? end : common);
  if (upper > at) ends.upper = with_contraction(text, end);
  return ends;
}

// Either form, with a first character that is no part of it or without; 0: no match.
size_t end_of_o200k_word(std::string_view text, size_t at, const Character& first) {
  const bool may_lead = !is_newline(first.c) && (first.set & (kLetter | kNumber)) == 0;
  const WordEnds led = may_lead ? ends_of_word(text, first.end) : WordEnds();
  if (led.lower) return led.lower;
  const WordEnds plain = ends_of_word(text, at);
  if (plain.lower) return plain.lower;
  return led.upper ? led.upper : plain.upper;
}

// The word in ASCII letters from `word` on; 0: something else follows that may belong to it.
size_t end_of_plain_o200k_word(std::string_view text, size_t word) {
  const size_t end = end_of_run<AsciiLower>(text, end_of_run<AsciiUpper>(text, word));
  if (end < text.size() && !is_ascii(text, end)) return 0;
  return with_contraction(text, end);
}

size_t next_o200k(std::string_view text, size_t at) {
  const size_t word = find_plain_word(text, at);
  if (word != std::string_view::npos) {
    if (const size_t end = end_of_plain_o200k_word(text, word)) return end;
  }
  const Character first = character(text, at);
  if (const size_t end = end_of_o200k_word(text, at, first)) return end;
  if (first.set & kNumber) return end_of_digits(text, at, 3);
  const Character second = character(text, first.end);
  const auto may_end = [](char32_t c) { return is_newline(c) || c == U'/'; };
  if (const size_t end = end_of_others(text, first, second, kPlain, may_end)) return end;
  if (const size_t end = end_of_lines(text, at)) return end;
  return end_of_space(text, at);
}

// \p{N}{1,3} of DeepSeek V3.
size_t next_three_digits(std::string_view text, size_t at) {
  const size_t end = end_of_digits(text, at, 3);
  if (end > at) return end;
  return run(text, at, [](const Character& c) { return (c.set & kNumber) == 0; });
}

bool is_deepseek_cjk(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FA5) || (c >= 0x3040 && c <= 0x30FF);
}

size_t next_deepseek_cjk(std::string_view text, size_t at) {
  const bool wanted = is_deepseek_cjk(character(text, at).c);
  return run(text, at, [&](const Character& c) { return is_deepseek_cjk(c.c) == wanted; });
}

// The match of DeepSeek V3's last pattern at `at`, or 0.
size_t match_deepseek(std::string_view text, size_t at) {
  constexpr uint8_t kWord = kLetter | kMark, kSigns = kPunctuated | kSymbol;
  const Character first = character(text, at), second = character(text, first.end);
  const size_t behind = first.end;
  if (first.c < 0x80 && (first.set & kSigns) && second.c < 0x80 && (second.set & kLetter)) {
    return end_of_run<AsciiLetters>(text, behind);
  }
  if (first.set & kWord) return run_of_letters(text, behind, kWord);
  if (!is_newline(first.c) && !(first.set & kSigns) && (second.set & kWord)) {
    return run_of_letters(text, second.end, kWord);
  }
  if (((first.c == U' ' ? second : first).set & kSigns) != 0) {
    const size_t end = run_of(text, behind, kSigns);
    return run(text, end, [](const Character& c) { return is_newline(c.c); });
  }
  if ((first.set & kSpace) == 0) return 0;
  if (const size_t end = end_of_lines(text, at)) return end;
  return end_of_space(text, at);
}

size_t next_deepseek(std::string_view text, size_t at) {
  if (const size_t end = match_deepseek(text, at)) return end;
  do at = character(text, at).end;
  while (at < text.size() && !match_deepseek(text, at));
  return at;
}

// One digit, or what lies between two.
size_t next_digit(std::string_view text, size_t at) {
  const auto is_digit = [](const Character& c) { return unicode::is_numeric(c.c); };
  const Character first = character(text, at);
  if (is_digit(first)) return first.end;
  return run(text, first.end, [&](const Character& c) { return !is_digit(c); });
}

template <size_t (*kNext)(std::string_view text, size_t at)>
size_t ends_of_all(std::string_view text, size_t at, uint32_t* out, size_t most) {
  size_t count = 0;
  while (count < most && at < text.size()) {
    at = kNext(text, at);
    out[count++] = static_cast<uint32_t>(at);
  }
  return count;
}

constexpr struct {
  std::string_view pattern;
  Scanner scanner;
} kScanners[] = {
    {R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)",
     {ends_of_all<next_gpt2>, true}},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     {ends_of_all<next_in_line<3, kLetter>>, true}},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     {ends_of_all<next_in_line<1, kLetter>>, true}},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     {ends_of_all<next_in_line<1, kLetter | kMark>>, true}},
    {R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     {ends_of_all<next_o200k>, true}},
    {R"(\p{N}{1,3})", {ends_of_all<next_three_digits>, false}},
    {"[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+", {ends_of_all<next_deepseek_cjk>, false}},
    // Its line breaks are characters, not escapes.
    {"[!\"#$%&'()*+,\\-./"
     ":;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+|"
     " ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
     {ends_of_all<next_deepseek>, false}},
};

}  // namespace

const Scanner kGpt2Scanner = {ends_of_all<next_gpt2>, true};
const Scanner kDigitScanner = {ends_of_all<next_digit>, false};

const Scanner* find_scanner(std::string_view pattern) {
  for (const auto& entry : kScanners) {
    if (entry.pattern == pattern) return &entry.scanner;
  }
  return nullptr;
}

void scan_matches(const Scanner& scanner, std::string_view text, std::vector<Match>& matches) {
  constexpr size_t kMost = 64;
  uint32_t ends[kMost];
  for (uint32_t at = 0; at < text.size();) {
    const size_t count = scanner.ends(text, at, ends, kMost);
    for (size_t i = 0; i < count; ++i) {
      matches.push_back({at, ends[i], true});
      at = ends[i];
    }
  }
}

}  // namespace inlay::text
