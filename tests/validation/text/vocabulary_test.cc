#include "text/vocabulary.h"

#include <gtest/gtest.h>

namespace inlay::text {
namespace {

Vocabulary made(std::initializer_list<std::pair<std::string_view, uint32_t>> tokens) {
  Vocabulary vocabulary;
  for (const auto& [token, id] : tokens) vocabulary.add(token, id);
  return vocabulary;
}

TEST(Vocabulary, FindsBothWays) {
  Vocabulary v = made({{"[PAD]", 0}, {"a", 1}, {"##a", 2}, {"", 3}});
  ASSERT_TRUE(v.finish().ok());
  EXPECT_EQ(v.find("a"), 1u);
  EXPECT_EQ(v.find("##a"), 2u);
  EXPECT_EQ(v.find(""), 3u);
  EXPECT_EQ(v.find("b"), std::nullopt);
  EXPECT_EQ(v.token(2), "##a");
  EXPECT_EQ(v.token(4), std::nullopt);
  EXPECT_EQ(v.longest_token_bytes(), 5u);
}

TEST(Vocabulary, EmptyFindsNothing) {
  Vocabulary v;
  ASSERT_TRUE(v.finish().ok());
  EXPECT_EQ(v.find("a"), std::nullopt);
  EXPECT_EQ(v.token(0), std::nullopt);
}

TEST(Vocabulary, IdsMayHaveHolesAndAnyOrder) {
  Vocabulary v = made({{"a", 2000000000}, {"b", 1}, {"c", 0}});
  ASSERT_TRUE(v.finish().ok());
  EXPECT_EQ(v.token(2000000000), "a");
  EXPECT_EQ(v.token(1), "b");
  EXPECT_EQ(v.token(0), "c");
  EXPECT_EQ(v.token(2), std::nullopt);
  EXPECT_EQ(v.token(UINT32_MAX), std::nullopt);
}

TEST(Vocabulary, RefusesOneIdTwice) {
  Vocabulary v = made({{"a", 5}, {"b", 5}});
  const Status status = v.finish();
  EXPECT_EQ(status.code(), StatusCode::kCorrupt);
  EXPECT_NE(status.message().find("id 5"), std::string_view::npos) << status.message();
}

TEST(Vocabulary, RepeatedTokenTakesTheLastId) {
  Vocabulary v = made({{"a", 0}, {"b", 1}, {"a", 2}});
  ASSERT_TRUE(v.finish().ok());
  EXPECT_EQ(v.size(), 2u);
  EXPECT_EQ(v.find("a"), 2u);
  EXPECT_EQ(v.token(0), std::nullopt);
}

TEST(Vocabulary, FindsATextInTwoParts) {
  Vocabulary v = made({{"##ing", 0}});
  ASSERT_TRUE(v.finish().ok());
  const uint64_t hash = TokenHash::of("##ing");
  EXPECT_EQ(v.find(hash, "##", "ing"), 0u);
  EXPECT_EQ(v.find(hash, "", "##ing"), 0u);
  EXPECT_EQ(v.find(hash, "@@", "ing"), Vocabulary::kNone);  // the text decides, not the hash
}

TEST(Vocabulary, FindsShortWords) {
  using namespace std::string_view_literals;
  Vocabulary v = made({{"a", 0}, {"a\0"sv, 1}, {"sixteen bytes it", 2}, {"sixteen bytes it.", 3}});
  ASSERT_TRUE(v.finish().ok());
  const auto find = [&](std::string_view text) { return v.find(ShortWord::of(text), text.size()); };
  EXPECT_EQ(find("a"), 0u);
  EXPECT_EQ(find("a\0"sv), 1u);  // the same numbers, another length
  EXPECT_EQ(find("a\0\0"sv), Vocabulary::kNone);
  EXPECT_EQ(find("sixteen bytes it"), 2u);
  EXPECT_EQ(find("b"), Vocabulary::kNone);
  EXPECT_EQ(find(""), Vocabulary::kNone);
}

TEST(TokenHash, ContinuesOverEachLength) {
  const std::string text = "the beginnings of a longer text";
  TokenHash hash;
  for (size_t bytes = 0; bytes <= text.size(); ++bytes) {
    EXPECT_EQ(hash.value(), TokenHash::of(std::string_view(text).substr(0, bytes))) << bytes;
    if (bytes < text.size()) hash.append(text[bytes]);
  }
}

TEST(ShortWord, IsTheSameHoweverItIsMade) {
  const std::string text = "0123456789abcdef and more to read";
  for (size_t bytes = 0; bytes <= ShortWord::kMaxBytes; ++bytes) {
    const ShortWord word = ShortWord::load(text.data(), bytes);
    EXPECT_EQ(ShortWord::of(std::string(text, 0, bytes)), word) << bytes;
    char stored[ShortWord::kMaxBytes];
    word.store(stored);
    EXPECT_EQ(std::string(stored, bytes), text.substr(0, bytes));
    for (size_t cut = 0; cut <= bytes && cut < ShortWord::kMaxBytes; ++cut) {
      const ShortWord rest = ShortWord::of(std::string(text, cut, bytes - cut));
      if (cut > 0) {
        EXPECT_EQ(word.behind(cut), rest) << bytes << " " << cut;
      }
      EXPECT_EQ(rest.after(word.first(cut), cut), word) << bytes << " " << cut;
    }
  }
}

TEST(Vocabulary, GrowsPastItsReservation) {
  Vocabulary v;
  v.reserve(3, 10);
  for (uint32_t i = 0; i < 5000; ++i) v.add(to_text(i), i);
  ASSERT_TRUE(v.finish().ok());
  for (uint32_t i = 0; i < 5000; ++i) ASSERT_EQ(v.find(to_text(i)), i);
  EXPECT_EQ(v.find("5000"), std::nullopt);
}

}  // namespace
}  // namespace inlay::text
