// The fused way against the general way, over random texts and all components that it knows.
#include "text/fused_unigram.h"

#include <gtest/gtest.h>

#include <random>

#include "base/json.h"
#include "same_encodings.h"
#include "text/components.h"
#include "tiny_tokenizer.h"

namespace inlay::text {
namespace {

const std::string& charsmap() {
  static const std::string* map = new std::string(read_test_data("tiny_charsmap.txt"));
  return *map;
}

std::string precompiled() {
  return format(R"({{"type": "Precompiled", "precompiled_charsmap": "{}"}})", charsmap());
}
std::string strip(bool left, bool right) {
  return format(R"({{"type": "Strip", "strip_left": {}, "strip_right": {}}})",
                left ? "true" : "false", right ? "true" : "false");
}
std::string spaces(std::string_view content) {
  return format(R"({{"type": "Replace", "pattern": {{"Regex": " {{2,}}"}}, "content": "{}"}})",
                content);
}
std::string sequence(std::string_view member, std::initializer_list<std::string> parts) {
  std::string all;
  for (const std::string& part : parts) all += (all.empty() ? "" : ", ") + part;
  return format(R"({{"type": "Sequence", "{}": [{}]}})", member, all);
}
std::string chain(std::initializer_list<std::string> parts) {
  return sequence("normalizers", parts);
}
std::string metaspace(std::string_view scheme) {
  return format(R"({{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "{}"}})", scheme);
}
std::string behind_split(std::string_view scheme) {
  return sequence("pretokenizers", {R"({"type": "WhitespaceSplit"})", metaspace(scheme)});
}

// Pieces that overlap, some with equal sums: "ab" + "c" and "a" + "bc".
constexpr std::string_view kVocab =
    R"(["<unk>", 0], ["▁", -3], ["a", -4], ["b", -4.5], ["c", -5], ["ab", -6], ["bc", -5.5],
       ["▁a", -3.5], ["▁ab", -5], ["▁abc", -9.5], ["▁b", -4.25], ["the", -7], ["▁the", -2],
       ["t", -6], ["h", -6], ["e", -5], [".", -3], ["é", -8], ["eé", -9], ["日本", -7], ["日", -9],
       ["...", -5], ["ʼa", -6], ["ab", -6.5], ["株式", -6], ["~", -6], ["A", -6], ["▁A", -6],
       ["한", -7], ["½", -9], ["<0x61>", -20], ["fi", -5], ["f", -7], ["i", -7], ["\n", -8])";

std::string description(std::string_view normalizer, std::string_view pre_tokenizer,
                        bool has_unk = true) {
  return format(
      R"({{"normalizer": {}, "pre_tokenizer": {}, "added_tokens": [{{"id": 0, "content": "<s>",
         "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
         "special": true}}], "model": {{"type": "Unigram", "unk_id": {}, "vocab": [{}]}}}})",
      normalizer, pre_tokenizer, has_unk ? "0" : "null", kVocab);
}

std::string random_text(std::mt19937& random, size_t parts) {
  constexpr std::string_view kParts[] = {
      " ",      "  ",       "a",      "b",      "c",      "abc", "the",    " the",   ".",
      "e",      "t",        "ab",     "bc",     "▁",      "\t",  "\r\n",   "\r",     "\n",
      "\x01",   "\x7f",     "<s>",    "é",      "日",     "本",  "日本",   "ﬁ",      "e\u0301",
      "\u0301", "\u0323",   "Ａ",     "½",      "\u00a8", "㍿",  "…",      "İ",      "ﷺ",
      "ｶ",      "カ\u3099", "\u200b", "\ufeff", "〜",     "～",  "\u3000", "\u00a0", "👩‍👧",
      "क्ष",     "\u0600",   "x",      "\u2028", "<unk>",  "한"};
  std::string text;
  for (size_t i = 0; i < parts; ++i) text += kParts[random() % std::size(kParts)];
  return text;
}

void expect_same(const Tokenizer& tokenizer, const std::string& text) {
  ASSERT_TRUE(same_both_ways(tokenizer, text)) << quote(text, 400);
  const auto general = tokenizer.encode_general(text, std::nullopt, {});
  std::vector<int32_t> ids;
  ASSERT_EQ(tokenizer.encode_ids(text, 0, ids).ok(), general.ok());
  if (!general.ok()) return;
  ASSERT_TRUE(std::equal(ids.begin(), ids.end(), general->ids().begin(), general->ids().end()));
  const size_t limit = 5;
  ids.clear();
  ASSERT_TRUE(tokenizer.encode_ids(text, limit, ids).ok());
  ASSERT_EQ(ids.size(), std::min(limit, general->size()));
  ASSERT_TRUE(std::equal(ids.begin(), ids.end(), general->ids().begin()));
}

std::vector<std::string> normalizers() {
  return {"null",
          precompiled(),
          strip(true, true),
          chain({precompiled(), strip(false, true), spaces("▁")}),
          chain({strip(true, true), precompiled(), spaces(" ")}),
          chain({strip(false, true), precompiled(), strip(true, true)}),
          chain({precompiled(), spaces(" ")}),
          chain({strip(true, false)})};
}

TEST(FusedUnigram, GivesWhatTheGeneralWayGives) {
  std::mt19937 random(5);
  size_t fused = 0;
  for (const std::string& normalizer : normalizers()) {
    for (const std::string_view scheme : {"always", "first", "never"}) {
      for (const std::string& pre : {metaspace(scheme), behind_split(scheme)}) {
        const auto tokenizer = made(description(normalizer, pre));
        fused += tokenizer->is_fused();
        for (int i = 0; i < 120; ++i) {
          expect_same(*tokenizer, random_text(random, random() % 14));
          ASSERT_FALSE(HasFatalFailure()) << normalizer.substr(0, 60) << " " << pre;
        }
      }
    }
  }
  EXPECT_GE(fused, 36u);
}

TEST(FusedUnigram, LongWords) {
  std::mt19937 random(6);
  const auto tokenizer = made(description(precompiled(), metaspace("always")));
  ASSERT_TRUE(tokenizer->is_fused());
  for (const size_t count : {15, 16, 17, 254, 255, 256, 257, 1000}) {
    std::string text;
    while (text.size() < count) text += "abcthe."[random() % 7];
    expect_same(*tokenizer, text);
    expect_same(*tokenizer, text + " " + text + "日本");
    ASSERT_FALSE(HasFatalFailure()) << count;
  }
}

// The first search for a word that is a piece is remembered; all later ones give the same.
TEST(FusedUnigram, WordsThatArePieces) {
  const auto tokenizer = made(description("null", metaspace("always")));
  for (int i = 0; i < 3; ++i) expect_same(*tokenizer, "the ab abc a b the abc");
  const auto ids = tokenizer->encode("the abc", std::nullopt, {});
  // ▁abc is worth -9.5, ▁a and bc together -9.
  EXPECT_EQ(list(ids->ids()), (std::vector<uint32_t>{12, 7, 6}));
}

TEST(FusedUnigram, WithoutAnUnknownTokenUnknownCharactersAreRefused) {
  const auto tokenizer = made(description("null", metaspace("always"), false));
  ASSERT_TRUE(tokenizer->is_fused());
  expect_same(*tokenizer, "the abc");
  expect_same(*tokenizer, "the x abc");
  EXPECT_FALSE(tokenizer->encode("x", std::nullopt, {}).ok());
}

// tokenizers 0.23.3 writes these three, when it has read the others, as to_str() shows.
TEST(Unigram, ScoresAreReadAsThePeerReadsThem) {
  const auto document = json::parse(R"({"type": "Unigram", "unk_id": 0, "vocab": [
      ["a", -3.9017151451339203], ["b", -2.1821219618777326], ["c", -11.771718876865519],
      ["d", -9.5], ["e", 0], ["f", -1e-30]]})",
                                    "model");
  ASSERT_TRUE(document.ok());
  const auto model = parse_model(document->root());
  ASSERT_TRUE(model.ok()) << model.message();
  constexpr double kExpected[] = {
      -3.90171514513392, -2.182121961877733, -11.77171887686552, -9.5, 0, -1 / 1e30};
  for (uint32_t id = 0; id < std::size(kExpected); ++id) {
    EXPECT_EQ((*model)->unigram()->score(id), kExpected[id]) << id;
  }
}

TEST(FusedUnigram, IsNotUsedWhereTheComponentsDiffer) {
  const std::string always = metaspace("always");
  const auto is_fused = [](const std::string& json) { return made(json)->is_fused(); };
  EXPECT_TRUE(is_fused(description(chain({precompiled(), spaces("▁")}), always)));
  EXPECT_FALSE(is_fused(description(chain({spaces("▁"), precompiled()}), always)));
  EXPECT_FALSE(is_fused(description(chain({precompiled(), spaces("x")}), always)));
  EXPECT_FALSE(is_fused(description(R"({"type": "NFKC"})", always)));
  EXPECT_FALSE(is_fused(description("null", "null")));
  EXPECT_FALSE(is_fused(description("null", changed(always, "▁", "_"))));
  EXPECT_FALSE(is_fused(description("null", behind_split("first"))));
}

}  // namespace
}  // namespace inlay::text
