// The regular expressions of well-known models over a megabyte of each kind of text: the engine
// never reaches its limit of steps, and the matches do not overlap.
#include <gtest/gtest.h>

#include "text/match.h"
#include "unicode/regex.h"

namespace inlay::text {
namespace {

using unicode::Regex;

struct Popular {
  const char* name;
  const char* pattern;
};

constexpr Popular kPatterns[] = {
    {"GPT-2", R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)"},
    {"cl100k",
     R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s)"},
    {"Llama 3",
     R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"},
    {"Qwen 2",
     R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"},
    {"Qwen 3.5",
     R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"},
    {"o200k",
     R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)"},
    {"DeepSeek V3, numbers", R"(\p{N}{1,3})"},
    {"DeepSeek V3, scripts", "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+"},
    {"DeepSeek V3, words", R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^)"
                           "\r\n"
                           R"(\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[)"
                           "\r\n"
                           R"(]*|\s*[)"
                           "\r\n"
                           R"(]+|\s+(?!\S)|\s+)"},
    {"BLOOM", " ?[^(\\s|[.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C])]+"},
    {"StarCoder, Falcon",
     R"([0-9][0-9][0-9]|\d|'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s)"},
    {"CLIP", R"('s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+)"},
    {"CLIP, Marian: spaces", R"(\s+| {2,})"},
    {"Whitespace", R"(\w+|[^\w\s]+)"},
    {"lines", R"((?<=\n)[^\n]*\n|^#+\s|\G\h)"},
};

struct Kind {
  const char* name;
  const char* unit;  // again and again
};

constexpr Kind kKinds[] = {
    {"English", "The quick brown fox doesn't jump over 12 lazy dogs; it won't. "},
    {"code", "int main(int argc, char** argv) {\n\treturn argc > 1 ? 0x1F << 2 : 0;\n}\n\n"},
    {"Chinese", "\u4F60\u597D\uFF0C\u4ECA\u5929\u5929\u6C14\u600E\u4E48\u6837\uFF1F"},
    {"Hindi", "\u0928\u092E\u0938\u094D\u0924\u0947 \u0939\u093F\u0928\u094D\u0926\u0940 "},
    {"emoji", "\U0001F469\u200D\U0001F4BB\U0001F44D\U0001F3FD \u2764\uFE0F"},
    {"one letter", "a"},
    {"one capital", "A"},
    {"digits", "7"},
    {"spaces", " "},
    {"lines", "\n"},
    {"spaces and lines", "   \n"},
    {"marks", "\u0301"},
    {"punctuation", "!"},
    {"apostrophes", "'"},
};

std::string many(const char* unit, size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += unit;
  return text;
}

void expect_quick(const Popular& popular, const Kind& kind, size_t bytes) {
  const auto regex = Regex::compile(popular.pattern);
  ASSERT_TRUE(regex.ok()) << popular.name << ": " << regex.message();
  const std::string text = many(kind.unit, bytes) + "x";
  Regex::Matcher matcher(**regex, text);
  for (size_t from = 0; from < text.size();) {
    size_t begin = 0, end = 0;
    const auto found = matcher.search(from, begin, end);
    ASSERT_TRUE(found.ok()) << popular.name << " over " << kind.name << ": " << found.message();
    if (!*found) break;
    ASSERT_LE(from, begin) << popular.name << " over " << kind.name;
    from = end > from ? end : from + utf8_sequence_length(std::string_view(text).substr(from));
  }
}

#if defined(__SANITIZE_ADDRESS__)  // ten times slower
constexpr size_t kBytes = size_t{1} << 16;
#else
constexpr size_t kBytes = size_t{1} << 20;
#endif

TEST(PopularPatterns, NeverReachTheLimitOfSteps) {
  for (const Popular& popular : kPatterns) {
    for (const Kind& kind : kKinds) expect_quick(popular, kind, kBytes);
  }
}

TEST(PopularPatterns, AnExplodingOneDoes) {
  const auto regex = Regex::compile("(?:a|a)*b");
  ASSERT_TRUE(regex.ok());
  const std::string text = many("a", 64);
  Regex::Matcher matcher(**regex, text);
  size_t begin = 0, end = 0;
  EXPECT_EQ(matcher.search(0, begin, end).code(), StatusCode::kUnsupported);
}

}  // namespace
}  // namespace inlay::text
