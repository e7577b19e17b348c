// Regular expressions: what is accepted, what is refused, and where matches are. The peer itself is
// asked by tests/validation/text/parity.py.
#include "unicode/regex.h"

#include <gtest/gtest.h>

namespace inlay::unicode {
namespace {

using Spans = std::vector<std::pair<size_t, size_t>>;

Spans all_matches(std::string_view pattern, std::string_view text) {
  const auto regex = Regex::compile(pattern);
  EXPECT_TRUE(regex.ok()) << regex.message();
  Spans spans;
  if (!regex.ok()) return spans;
  Regex::Matcher matcher(**regex, text);
  for (size_t from = 0; from <= text.size();) {
    size_t begin = 0, end = 0;
    const auto found = matcher.search(from, begin, end);
    EXPECT_TRUE(found.ok()) << found.message();
    if (!found.ok() || !*found) break;
    spans.push_back({begin, end});
    from = end > from ? end : end + 1;
  }
  return spans;
}

TEST(Regex, FindsTheLeftmostOfTheFirstAlternative) {
  EXPECT_EQ(all_matches("ab|a|abc", "xabc"), (Spans{{1, 3}}));
  EXPECT_EQ(all_matches("(?:a|ab)(?:c|bcd)", "abcd"), (Spans{{0, 4}}));
  EXPECT_EQ(all_matches("z", "abc"), (Spans{}));
}

TEST(Regex, LooksAround) {
  EXPECT_EQ(all_matches(R"(\s+(?!\S)|\s+)", "a  b "), (Spans{{1, 2}, {2, 3}, {4, 5}}));
  EXPECT_EQ(all_matches("(?<=a|bc)d", "ad bcd cd"), (Spans{{1, 2}, {5, 6}}));
  EXPECT_EQ(all_matches("(?<!a)b", "ab bb"), (Spans{{3, 4}, {4, 5}}));
}

TEST(Regex, DoesNotGoBackIntoAtomicGroups) {
  EXPECT_EQ(all_matches("a++ab", "aaab"), (Spans{}));
  EXPECT_EQ(all_matches("(?>a+)b", "aaab"), (Spans{{0, 4}}));
  EXPECT_EQ(all_matches("a{1,2}+b", "aaab"), (Spans{{0, 4}}));  // a repeated interval
}

TEST(Regex, FoldsCaseInFull) {
  EXPECT_EQ(all_matches("(?i)ss", "ß SS"), (Spans{{0, 2}, {3, 5}}));
  EXPECT_EQ(all_matches("(?i)ß", "ss"), (Spans{{0, 2}}));
  EXPECT_EQ(all_matches("(?i:s)", "\u017F"), (Spans{{0, 2}}));
  EXPECT_EQ(all_matches("s", "\u017F"), (Spans{}));
}

TEST(Regex, FoldsOfManyCharactersStaySmall) {
  EXPECT_EQ(all_matches("(?i)" + std::string(3000, 's'), std::string(3000, 'S')),
            (Spans{{0, 3000}}));
  EXPECT_EQ(all_matches("(?i)sssss", "\u00DF\u00DFs s\u00DFSs"), (Spans{{0, 5}, {6, 11}}));
}

TEST(Regex, ReadsClassesAsOniguruma) {
  EXPECT_EQ(all_matches("[a-[b]]", "a-b"), (Spans{{2, 3}}));  // a range without an end is dropped
  EXPECT_EQ(all_matches("[x-&&a-z]", "x-"), (Spans{{0, 1}}));
  EXPECT_EQ(all_matches("[\\w]", "\u00B2"), (Spans{}));
  EXPECT_EQ(all_matches("\\w", "\u00B2"), (Spans{{0, 2}}));
  EXPECT_EQ(all_matches("[[:punct:]]", "^"), (Spans{{0, 1}}));
  EXPECT_EQ(all_matches("\\p{Punct}", "^"), (Spans{}));
  for (const std::string_view pattern : {"[a-\\d]", "[\\w-a]", "[]", "[[:what:]]"}) {
    EXPECT_FALSE(Regex::compile(pattern).ok()) << pattern;
  }
}

TEST(Regex, LooksBehindWithinLimits) {
  EXPECT_EQ(all_matches("(?<=a++)b", "aab"), (Spans{{2, 3}}));
  for (const std::string_view pattern :
       {"(?<=(?=a))", "(?<=\\z)", "(?<!(a))", "(?<=(?<!a))", "(?:^|a)*", "\\K+", "(?#\\"}) {
    EXPECT_FALSE(Regex::compile(pattern).ok()) << pattern;
  }
  EXPECT_TRUE(Regex::compile("(?<!(b))(?<n>a)").ok());  // a name makes the other group none
}

TEST(Regex, KnowsClasses) {
  EXPECT_EQ(all_matches("[a-c&&[^b]]+", "abc"), (Spans{{0, 1}, {2, 3}}));
  EXPECT_EQ(all_matches("[[:upper:]\\d]+", "aB1c"), (Spans{{1, 3}}));
  EXPECT_EQ(all_matches("\\h+", "xyz0F"), (Spans{{3, 5}}));
  EXPECT_EQ(all_matches("\\p{Han}+", "a漢字b"), (Spans{{1, 7}}));
}

TEST(Regex, RefusesWhatIsNone) {
  for (const std::string_view pattern :
       {"(", ")", "[", "[a", "a{2}{", "*", "a|*", "(?<n", "\\p{Nothing}", "\\2", "[b-a]",
        "(?<=", "\\", "^*", "\\x{110000}", "\xFF", "(?q)", "(?#"}) {
    const auto regex = Regex::compile(pattern);
    if (pattern == "a{2}{") {
      EXPECT_TRUE(regex.ok());  // a lone brace is text
      continue;
    }
    ASSERT_FALSE(regex.ok()) << pattern;
    EXPECT_EQ(regex.message().find('\n'), std::string_view::npos);
  }
  EXPECT_EQ(Regex::compile("(?~a)").code(), StatusCode::kUnsupported);
}

TEST(Regex, ExplodingPatternsEnd) {
  const auto regex = Regex::compile("(?:a|a)*(?:a|a)*b");
  ASSERT_TRUE(regex.ok());
  const std::string text(40, 'a');
  Regex::Matcher matcher(**regex, text);
  size_t begin = 0, end = 0;
  EXPECT_EQ(matcher.search(0, begin, end).code(), StatusCode::kUnsupported);
}

TEST(Regex, LongPatternsAreRefusedBeforeTheyAreRead) {
  const auto regex = Regex::compile(std::string((1 << 20) + 1, '('));
  EXPECT_EQ(regex.message(),
            "expected a regular expression of at most 1048576 bytes, found 1048577");
}

TEST(Regex, DeepPatternsAreRefused) {
  EXPECT_FALSE(Regex::compile(std::string(100000, '(')).ok());
  EXPECT_FALSE(Regex::compile("(?:" + std::string(300, '[') + ")").ok());
  EXPECT_FALSE(Regex::compile("((((a{1000}){1000}){1000}){1000})").ok());
}

}  // namespace
}  // namespace inlay::unicode
