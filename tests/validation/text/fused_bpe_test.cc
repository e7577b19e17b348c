// The fused way of byte-level BPE against the general way, over random texts and all parts.
#include "text/fused_bpe.h"

#include <gtest/gtest.h>

#include <thread>

#include "pattern_texts.h"
#include "same_encodings.h"
#include "small_bpe.h"
#include "tiny_tokenizer.h"

namespace inlay::text {
namespace {

const std::string kTrim =
    R"({"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true})";
const std::string kAdded = R"([
  {"id": 0, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
   "normalized": false, "special": true},
  {"id": 0, "content": "word", "single_word": true, "lstrip": true, "rstrip": true,
   "normalized": true, "special": false},
  {"id": 0, "content": "<|1.00|>", "single_word": false, "lstrip": false, "rstrip": false,
   "normalized": true, "special": false}])";

std::string byte_level(bool add_prefix_space, bool use_regex) {
  return format(R"({{"type": "ByteLevel", "add_prefix_space": {}, "trim_offsets": true,
                   "use_regex": {}}})",
                add_prefix_space ? "true" : "false", use_regex ? "true" : "false");
}

void expect_same(const Tokenizer& tokenizer, const std::string& text) {
  ASSERT_TRUE(same_both_ways(tokenizer, text)) << quote(text, 400);
  const auto alone = tokenizer.encode_general(text, std::nullopt, {});
  ASSERT_TRUE(alone.ok());
  for (const size_t limit : {0, 1, 3, 40}) {
    std::vector<int32_t> ids;
    const auto truncated = tokenizer.encode_ids(text, limit, ids);
    ASSERT_TRUE(truncated.ok());
    ASSERT_EQ(*truncated, limit != 0 && limit < alone->size());
    std::vector<int32_t> expected(alone->ids().begin(), alone->ids().end());
    if (*truncated) expected.resize(limit);
    ASSERT_EQ(ids, expected) << quote(text, 400) << " limit " << limit;
  }
}

void expect_same_over_texts(const SmallBpe& parts, int texts) {
  const auto tokenizer = made(small_bpe_json(parts));
  ASSERT_TRUE(tokenizer->is_fused()) << parts.pre_tokenizer;
  uint64_t state = 7;
  for (int i = 0; i < texts; ++i) {
    std::string text = random_pattern_text(state);
    if (i % 5 == 0) text += "<s>" + random_pattern_text(state) + " <|1.00|>";
    expect_same(*tokenizer, text);
    if (testing::Test::HasFatalFailure()) return;
  }
}

// Every way of cutting.
std::vector<std::string> pre_tokenizers() {
  std::vector<std::string> all = {byte_level(false, true), byte_level(true, true),
                                  byte_level(false, false), splits_json(deepseek_patterns()),
                                  splits_json({R"(\p{N}{1,3})"}, true)};
  for (const std::string& pattern : line_patterns()) all.push_back(splits_json({pattern}));
  all.push_back(
      changed(splits_json({}, true), "[", R"([{"type": "Digits", "individual_digits": true}, )"));
  return all;
}

TEST(FusedBpe, GivesWhatTheGeneralWayGives) {
  for (const std::string& pre_tokenizer : pre_tokenizers()) {
    for (const bool ignore_merges : {false, true}) {
      SmallBpe parts = {.pre_tokenizer = pre_tokenizer, .ignore_merges = ignore_merges};
      expect_same_over_texts(parts, 100);
      parts.added_tokens = kAdded;
      parts.post_processor = kTrim;
      expect_same_over_texts(parts, 100);
      if (HasFatalFailure()) return;
    }
  }
}

// Text that a normalizer changes, and text that it keeps.
TEST(FusedBpe, WithNormalizers) {
  for (
      const char* normalizer :
      {R"({"type": "NFC"})", R"({"type": "NFKD"})", R"({"type": "Lowercase"})",
       R"({"type": "Sequence", "normalizers": []})",
       R"({"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Prepend", "prepend": "\u00e9"}]})"}) {
    for (const std::string& pre_tokenizer : {byte_level(true, true), byte_level(false, true)}) {
      expect_same_over_texts({.pre_tokenizer = pre_tokenizer,
                              .normalizer = normalizer,
                              .post_processor = kTrim,
                              .added_tokens = kAdded},
                             150);
      if (HasFatalFailure()) return;
    }
  }
}

// Special tokens around texts whose offsets are trimmed, before them and behind them.
TEST(FusedBpe, WithFrames) {
  const std::string frame = R"({"type": "TemplateProcessing",
    "single": [{"SpecialToken": {"id": "<s>", "type_id": 3}}, {"Sequence": {"id": "A", "type_id": 2}},
               {"SpecialToken": {"id": "<s>", "type_id": 1}}],
    "pair": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
             {"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
    "special_tokens": {"<s>": {"id": "<s>", "ids": [300], "tokens": ["<s>"]}}})";
  const std::string roberta =
      R"({"type": "RobertaProcessing", "sep": ["<s>", 300], "cls": ["<s>", 300],
    "trim_offsets": true, "add_prefix_space": false})";
  const auto sequence = [](const std::string& first, const std::string& second) {
    return R"({"type": "Sequence", "processors": [)" + first + ", " + second + "]}";
  };
  for (const std::string& processor :
       {frame, roberta, sequence(kTrim, frame), sequence(frame, kTrim), sequence(kTrim, kTrim)}) {
    const auto tokenizer =
        made(small_bpe_json({.post_processor = processor, .added_tokens = kAdded}));
    ASSERT_TRUE(tokenizer->is_fused());
    uint64_t state = 3;
    for (int i = 0; i < 60; ++i) {
      const std::string text = random_pattern_text(state) + (i % 3 == 0 ? " <s> word" : "");
      ASSERT_TRUE(same_both_ways(*tokenizer, text)) << processor << quote(text, 400);
    }
  }
}

TEST(FusedBpe, WordsOfAnyLength) {
  const auto tokenizer = made(small_bpe_json({}));
  for (const std::string_view letter : {"a", "\u00e9", "\u3042", "ab"}) {
    for (size_t count = 1; count < 70; ++count) {
      std::string text;
      for (size_t i = 0; i < count; ++i) text += letter;
      expect_same(*tokenizer, text);
      expect_same(*tokenizer, "b " + text + " b");
      if (HasFatalFailure()) return;
    }
  }
  const std::string longest(200'000, 'a');
  std::vector<int32_t> ids;
  ASSERT_TRUE(tokenizer->encode_ids(longest, 0, ids).ok());
  EXPECT_EQ(
      tokenizer->decode({reinterpret_cast<const uint32_t*>(ids.data()), ids.size()}, false).ok(),
      true);
}

TEST(FusedBpe, ThreadsShareIt) {
  const auto tokenizer = made(small_bpe_json({}));
  uint64_t state = 3;
  std::vector<std::string> texts;
  std::vector<std::vector<int32_t>> expected(200);
  for (auto& ids : expected) {
    texts.push_back(random_pattern_text(state));
    ASSERT_TRUE(tokenizer->encode_ids(texts.back(), 0, ids).ok());
  }
  std::vector<std::thread> threads;
  std::vector<int> wrong(4);
  for (int& mine : wrong) {
    threads.emplace_back([&] {
      for (size_t i = 0; i < texts.size(); ++i) {
        std::vector<int32_t> ids;
        mine += !tokenizer->encode_ids(texts[i], 0, ids).ok() || ids != expected[i];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4));
}

TEST(FusedBpe, IsNotUsedWhereTheComponentsDiffer) {
  const std::string json = small_bpe_json({});
  EXPECT_TRUE(made(json)->is_fused());
  EXPECT_FALSE(made(small_bpe_json({.pre_tokenizer = R"({"type": "Whitespace"})"}))->is_fused());
  EXPECT_FALSE(made(small_bpe_json({.pre_tokenizer = splits_json({"a+"})}))->is_fused());
  EXPECT_FALSE(
      made(changed(json, "\"type\":\"BPE\"", "\"type\":\"BPE\",\"end_of_word_suffix\":\"e\""))
          ->is_fused());
  EXPECT_FALSE(made(changed(json, "\"!\":", "\"!!!!\":"))->is_fused());
}

}  // namespace
}  // namespace inlay::text
