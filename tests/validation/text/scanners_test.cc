// The scanners written by hand find what the regular expressions find.
#include "text/scanners.h"

#include <gtest/gtest.h>

#include "tiny_tokenizer.h"
#include "unicode/regex.h"

namespace inlay::text {
namespace {

constexpr std::string_view kTail = R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kHead = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|)";
constexpr std::string_view kWord =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|)";

std::vector<std::string> patterns() {
  return {
      R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)",
      std::string(kHead) + R"(\p{N}{1,3}|)" + std::string(kTail),
      std::string(kHead) + R"(\p{N}|)" + std::string(kTail),
      std::string(kWord) + R"(\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
  };
}

// Texts of up to twelve pieces that matter to the patterns, by a small generator of our own.
std::string random_text(uint64_t& state) {
  constexpr std::string_view kPieces[] = {
      " ",  "  ",  "\n",         "\r\n",   "\t",     "a",      "B",       "\u00e9", "\u00c9",
      "1",  "22",  "333",        "'",      "'s",     "'S",     "'\u017F", "'ll",    "'VE",
      "/",  "!",   "\u0301",     "\u3042", "\u01C5", "\u00a0", "\u2028",  "\u0660", "x",
      "Yz", "...", "\U0001F600", "\u0903", "\u02B0", "\u00aa"};
  std::string text;
  for (int count = 1 + static_cast<int>(state >> 60); count > 0; --count) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    text += kPieces[(state >> 33) % std::size(kPieces)];
  }
  return text;
}

void expect_equal(const unicode::Regex& regex, Scanner scanner, const std::string& text) {
  unicode::Regex::Matcher matcher(regex, text);
  for (size_t at = 0; at < text.size();) {
    size_t begin = 0, end = 0;
    const auto found = matcher.search(at, begin, end);
    ASSERT_TRUE(found.ok() && *found);
    ASSERT_EQ(begin, at) << text;
    ASSERT_EQ(scanner(text, at), end) << text << " at " << at;
    at = end;
  }
}

TEST(Scanners, FindWhatTheirPatternsFind) {
  uint64_t state = 42;
  for (const std::string& pattern : patterns()) {
    const Scanner scanner = find_scanner(pattern);
    ASSERT_NE(scanner, nullptr) << pattern;
    const auto regex = unicode::Regex::compile(pattern);
    ASSERT_TRUE(regex.ok()) << regex.message();
    for (int i = 0; i < 3000; ++i) expect_equal(**regex, scanner, random_text(state));
  }
}

TEST(Scanners, AnotherPatternHasNone) {
  EXPECT_EQ(find_scanner(patterns()[0] + " "), nullptr);
  EXPECT_EQ(find_scanner(""), nullptr);
}

}  // namespace
}  // namespace inlay::text
