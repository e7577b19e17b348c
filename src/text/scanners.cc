#include "text/scanners.h"

#include "unicode/category.h"

namespace inlay::text {
namespace {

using unicode::kLetter, unicode::kLower, unicode::kMark, unicode::kNumber, unicode::kSpace,
    unicode::kUpper;

// A character and where it ends; at the end of the text `set` is 0 and end == at.
struct Character {
  char32_t c = 0;
  uint8_t set = 0;
  size_t end = 0;
};

Character character(std::string_view text, size_t at) {
  if (at >= text.size()) return {0, 0, at};
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return {byte, unicode::categories(byte), at + 1};
  const size_t length = utf8_sequence_length(text.substr(at));
  const char32_t c = utf8_decode(text.substr(at), length);
  return {c, unicode::categories(c), at + length};
}

bool is_newline(char32_t c) { return c == U'\r' || c == U'\n'; }
bool is_other(uint8_t set) { return (set & (kLetter | kNumber | kSpace)) == 0; }

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

// The length of 's 't 're 've 'm 'll 'd at `at`, or 0; with `any_case` in any case (ſ is an s).
size_t contraction(std::string_view text, size_t at, bool any_case) {
  if (text[at] != '\'' || at + 1 >= text.size()) return 0;
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

// Llama 3 and its relatives, which differ in how many digits make a number.
size_t scan_lines(std::string_view text, size_t at, int digits) {
  if (const size_t length = contraction(text, at, true)) return at + length;
  const Character first = character(text, at);
  if (first.set & kLetter) return run_of(text, first.end, kLetter);
  if (first.set & kNumber) return end_of_digits(text, at, digits);
  // [^\r\n\p{L}\p{N}]?\p{L}+
  const Character second = character(text, first.end);
  if (!is_newline(first.c) && (second.set & kLetter)) return run_of(text, second.end, kLetter);
  //  ?[^\s\p{L}\p{N}]+[\r\n]*
  const bool spaced = first.c == U' ' && second.end > first.end;
  if (is_other(spaced ? second.set : first.set)) {
    const size_t end = run(text, first.end, [](const Character& c) { return is_other(c.set); });
    return run(text, end, [](const Character& c) { return is_newline(c.c); });
  }
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

constexpr struct {
  std::string_view pattern;
  Scanner scanner;
} kScanners[] = {
    {R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)", scan_gpt2},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     scan_llama3},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     scan_qwen2},
    {R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     scan_o200k},
};

}  // namespace

size_t scan_gpt2(std::string_view text, size_t at) {
  if (const size_t length = contraction(text, at, false)) return at + length;
  const Character first = character(text, at);
  Character lead = first;
  if (first.c == U' ') {
    const Character second = character(text, first.end);
    if (second.end > first.end && (second.set & kSpace) == 0) lead = second;
  }
  if (lead.set & kLetter) return run_of(text, lead.end, kLetter);
  if (lead.set & kNumber) return run_of(text, lead.end, kNumber);
  if (lead.set & kSpace) return end_of_space(text, at);
  return run(text, lead.end, [](const Character& c) { return is_other(c.set); });
}

size_t scan_llama3(std::string_view text, size_t at) { return scan_lines(text, at, 3); }

size_t scan_qwen2(std::string_view text, size_t at) { return scan_lines(text, at, 1); }

size_t scan_o200k(std::string_view text, size_t at) {
  const Character first = character(text, at);
  if (const size_t end = end_of_o200k_word(text, at, first)) return end;
  if (first.set & kNumber) return end_of_digits(text, at, 3);
  const Character second = character(text, first.end);
  const bool spaced = first.c == U' ' && second.end > first.end;
  if (is_other(spaced ? second.set : first.set)) {
    const size_t end = run(text, first.end, [](const Character& c) { return is_other(c.set); });
    return run(text, end, [](const Character& c) { return is_newline(c.c) || c.c == U'/'; });
  }
  if (const size_t end = end_of_lines(text, at)) return end;
  return end_of_space(text, at);
}

Scanner find_scanner(std::string_view pattern) {
  for (const auto& entry : kScanners) {
    if (entry.pattern == pattern) return entry.scanner;
  }
  return nullptr;
}

void scan_matches(Scanner scanner, std::string_view text, std::vector<Match>& matches) {
  for (size_t at = 0; at < text.size();) {
    const size_t end = scanner(text, at);
    matches.push_back({static_cast<uint32_t>(at), static_cast<uint32_t>(end), true});
    at = end;
  }
}

}  // namespace inlay::text
