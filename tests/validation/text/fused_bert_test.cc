// The fused way against the general way, over random texts and all flags.
#include "text/fused_bert.h"

#include <gtest/gtest.h>

#include <random>

#include "base/utf8.h"
#include "same_encodings.h"
#include "tiny_tokenizer.h"

namespace inlay::text {
namespace {

// Characters that meet in hard ways: letters, marks of several classes, decomposing ones, Hangul,
// CJK, spaces, punctuation, removed ones.
constexpr std::u32string_view kAlphabet =
    U"aabcdeghinorstAEIZ  "
    U"\t\n\x01\x0b\x7f.,!?-'[]#\u00a0\u00ad\u00c9\u00e9\u00df\u0130\u0301\u0323\u0327\u0345"
    U"\u0344\u0390\u03a3\u03b1\u037e\u0416\u0439\u05b0\u064b\u0915\u093c\u094d\u0958\u0f71\u0f73"
    U"\u0f77\u1100"
    U"\u1161\u11a8\u1e69\u1fee\u200b\u200d\u2000\u2028\u20dd\u212b\u302a\u3042\u304b\u3099\u3000"
    U"\u4e00\u65e5"
    U"\uac00\ud55c\ue000\uf900\ufb1d\ufffd\U0001d15e\U0001d165\U0001d16e\U0001f600\U00020000"
    U"\U0002b820"
    U"\U000110ba\U0010ffff\u07fd\u2e43";

std::string random_text(std::mt19937& random, size_t characters) {
  std::string text;
  for (size_t i = 0; i < characters; ++i) utf8_append(text, kAlphabet[random() % kAlphabet.size()]);
  return text;
}

std::string with_flags(unsigned set) {
  const auto flag = [&](unsigned bit) { return set & bit ? "true" : "false"; };
  std::string json =
      changed(tiny_json(), "\"clean_text\": true", format("\"clean_text\": {}", flag(1)));
  json = changed(json, "\"handle_chinese_chars\": true",
                 format("\"handle_chinese_chars\": {}", flag(2)));
  json = changed(json, "\"strip_accents\": null", format("\"strip_accents\": {}", flag(4)));
  return changed(json, "\"lowercase\": true", format("\"lowercase\": {}", flag(8)));
}

void expect_same(const Tokenizer& tokenizer, const std::string& text) {
  ASSERT_TRUE(same_both_ways(tokenizer, text)) << quote(text, 400);
  const auto general = tokenizer.encode_general(text, std::nullopt, {});
  ASSERT_TRUE(general.ok());
  for (const size_t limit : {0, 2, 3, 9, 31}) {
    std::vector<int32_t> ids;
    const auto truncated = tokenizer.encode_ids(text, limit, ids);
    ASSERT_TRUE(truncated.ok());
    ASSERT_EQ(*truncated, limit != 0 && limit < general->size());
    std::vector<int32_t> expected(general->ids().begin(), general->ids().end());
    if (*truncated) {
      expected.resize(limit - 1);
      expected.push_back(static_cast<int32_t>(general->ids().back()));
    }
    ASSERT_EQ(ids, expected) << quote(text, 400) << " limit " << limit;
  }
}

TEST(FusedBert, GivesWhatTheGeneralWayGives) {
  std::mt19937 random(11);
  for (unsigned flags = 0; flags < 16; ++flags) {
    const auto tokenizer = made(with_flags(flags));
    ASSERT_TRUE(tokenizer->is_fused());
    for (int i = 0; i < 150; ++i) {
      expect_same(*tokenizer, random_text(random, random() % 40));
      if (HasFatalFailure()) return;
    }
  }
}

// Words around the limit of 100 characters and around the buffer of the fused way.
TEST(FusedBert, LongWords) {
  const auto tokenizer = tiny();
  for (const std::string_view letter :
       {"a", "\u00e9", "\u0436", "\U0001f600", "a\u0301", "e\x01"}) {
    for (const size_t count :
         {1, 99, 100, 101, 127, 128, 171, 255, 256, 257, 511, 512, 513, 2000}) {
      std::string text = "x ";
      for (size_t i = 0; i < count; ++i) text += letter;
      expect_same(*tokenizer, text + ".");
      if (HasFatalFailure()) return;
    }
  }
}

TEST(FusedBert, LimitOfCharactersMayBeSmall) {
  for (const int limit : {0, 1, 2}) {
    const auto tokenizer = made(changed(tiny_json(), "\"max_input_chars_per_word\": 100",
                                        format("\"max_input_chars_per_word\": {}", limit)));
    for (const char* text : {"a", "hello", "\u00e9", "\u65e5\u672c \u0363", "a\u0301b. hello"})
      expect_same(*tokenizer, text);
  }
}

TEST(FusedBert, LimitOfCharactersMayBeLarge) {
  const auto tokenizer = made(changed(tiny_json(), "\"max_input_chars_per_word\": 100",
                                      "\"max_input_chars_per_word\": 9000000000000000000"));
  expect_same(*tokenizer, std::string(3000, 'a') + "\u00e9" + std::string(3000, 'b'));
}

TEST(FusedBert, IsNotUsedWhereTheComponentsDiffer) {
  EXPECT_TRUE(tiny()->is_fused());
  EXPECT_FALSE(made(changed(tiny_json(), "\"BertPreTokenizer\"", "\"Whitespace\""))->is_fused());
  EXPECT_FALSE(
      made(changed(tiny_json(), "\"normalized\": false", "\"normalized\": true"))->is_fused());
}

}  // namespace
}  // namespace inlay::text
