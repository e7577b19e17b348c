// The scanners written by hand find what the regular expressions find.
#include "text/scanners.h"

#include <gtest/gtest.h>

#include "pattern_texts.h"
#include "unicode/regex.h"

namespace inlay::text {
namespace {

std::vector<std::string> patterns() {
  std::vector<std::string> all = line_patterns();
  all.emplace_back(kGpt2Pattern);
  for (const std::string& pattern : deepseek_patterns()) all.push_back(pattern);
  return all;
}

// The ends of matches and of what lies between them.
std::vector<uint32_t> ends_by_regex(const unicode::Regex& regex, const std::string& text) {
  std::vector<uint32_t> ends;
  unicode::Regex::Matcher matcher(regex, text);
  for (size_t at = 0, begin = 0, end = 0; at < text.size(); at = end) {
    const auto found = matcher.search(at, begin, end);
    EXPECT_TRUE(found.ok()) << text;
    if (!found.ok() || !*found) begin = end = text.size();
    if (at < begin) ends.push_back(static_cast<uint32_t>(begin));
    if (begin < end) ends.push_back(static_cast<uint32_t>(end));
  }
  return ends;
}

std::vector<uint32_t> ends_by_scanner(const Scanner& scanner, const std::string& text,
                                      size_t most) {
  std::vector<uint32_t> ends;
  for (size_t at = 0; at < text.size(); at = ends.back()) {
    uint32_t next[16];
    const size_t count = scanner.ends(text, at, next, most);
    EXPECT_TRUE(count > 0 && count <= most);
    ends.insert(ends.end(), next, next + count);
  }
  return ends;
}

TEST(Scanners, FindWhatTheirPatternsFind) {
  uint64_t state = 42;
  for (const std::string& pattern : patterns()) {
    const Scanner* scanner = find_scanner(pattern);
    ASSERT_NE(scanner, nullptr) << pattern;
    const auto regex = unicode::Regex::compile(pattern);
    ASSERT_TRUE(regex.ok()) << regex.message();
    for (int i = 0; i < 3000; ++i) {
      const std::string text = random_pattern_text(state);
      const auto expected = ends_by_regex(**regex, text);
      for (const size_t most : {1, 3, 16}) {
        ASSERT_EQ(ends_by_scanner(*scanner, text, most), expected) << pattern << "\n" << text;
      }
    }
  }
}

TEST(Scanners, SayWhetherEverythingMatches) {
  const auto found = patterns();
  for (size_t i = 0; i < found.size(); ++i)
    EXPECT_EQ(find_scanner(found[i])->matches_all, i < 5) << found[i];
}

TEST(Scanners, DigitsStandAlone) {
  const std::string text = "ab12\u0663\u00bd x3";
  EXPECT_EQ(ends_by_scanner(kDigitScanner, text, 16),
            (std::vector<uint32_t>{2, 3, 4, 6, 8, 10, 11}));
}

TEST(Scanners, AnotherPatternHasNone) {
  EXPECT_EQ(find_scanner(patterns()[0] + " "), nullptr);
  EXPECT_EQ(find_scanner(""), nullptr);
}

}  // namespace
}  // namespace inlay::text
