// Descriptions that are broken are refused with the place and the reason, and never with a crash.
#include <gtest/gtest.h>

#include "columns.h"
#include "tiny_tokenizer.h"

namespace inlay::text {
namespace {

struct Broken {
  std::string_view from, to;  // what is changed in tiny_wordpiece.json
  StatusCode code;
  std::string_view message;  // a part of it
};

constexpr Broken kBroken[] = {
    {"\"version\": \"1.0\"", "\"version\": \"2.0\"", StatusCode::kUnsupported, "$.version"},
    {"\"version\": \"1.0\"", "\"version\": 1", StatusCode::kCorrupt, "$.version"},
    {"\"BertNormalizer\"", "\"FutureNormalizer\"", StatusCode::kUnsupported,
     "$.normalizer: unknown normalizer \"FutureNormalizer\""},
    {"\"BertPreTokenizer\"", "\"ByteLevelOfTomorrow\"", StatusCode::kUnsupported,
     "$.pre_tokenizer"},
    {"\"TemplateProcessing\"", "\"X\"", StatusCode::kUnsupported, "$.post_processor"},
    {"\"type\": \"WordPiece\",\n  \"prefix\"", "\"type\": \"Y\",\n  \"prefix\"",
     StatusCode::kUnsupported, "$.decoder"},
    {"\"type\": \"WordPiece\",\n  \"unk_token\"", "\"type\": \"Polygram\",\n  \"unk_token\"",
     StatusCode::kUnsupported, "$.model: unknown model \"Polygram\""},
    {"\"model\": {", "\"mode\": {", StatusCode::kCorrupt, "$.model"},
    {"\"vocab\": {", "\"words\": {", StatusCode::kCorrupt, "$.model.vocab"},
    {"\"vocab\": {", "\"vocab\": [], \"words\": {", StatusCode::kCorrupt, "$.model.vocab"},
    {"\"[PAD]\": 0", "\"[PAD]\": \"0\"", StatusCode::kCorrupt, "$.model.vocab[\"[PAD]\"]"},
    {"\"[PAD]\": 0", "\"[PAD]\": -1", StatusCode::kCorrupt, "found -1"},
    {"\"[PAD]\": 0", "\"[PAD]\": 2147483648", StatusCode::kCorrupt, "found 2147483648"},
    {"\"[PAD]\": 0", "\"[PAD]\": 1", StatusCode::kCorrupt, "with id 1"},
    {"\"unk_token\": \"[UNK]\"", "\"unk_token\": \"[NONE]\"", StatusCode::kCorrupt, "[NONE]"},
    {"\"unk_token\": \"[UNK]\"", "\"unk_token\": 1", StatusCode::kCorrupt, "$.model.unk_token"},
    {"\"max_input_chars_per_word\": 100", "\"max_input_chars_per_word\": -1", StatusCode::kCorrupt,
     "found -1"},
    {"\"lowercase\": true", "\"lowercase\": 1", StatusCode::kCorrupt, "$.normalizer.lowercase"},
    {"\"clean_text\": true,", "", StatusCode::kCorrupt, "$.normalizer.clean_text"},
    {"\"added_tokens\": [", "\"added_tokens\": [7, ", StatusCode::kCorrupt, "$.added_tokens[0]"},
    {"\"content\": \"[PAD]\"", "\"content\": null", StatusCode::kCorrupt,
     "$.added_tokens[0].content"},
    {"\"strategy\": \"LongestFirst\"", "\"strategy\": \"Any\"", StatusCode::kCorrupt,
     "$.truncation.strategy"},
    {"\"max_length\": 128", "\"max_length\": -128", StatusCode::kCorrupt,
     "$.truncation.max_length"},
    {"\"Fixed\": 128", "\"Fixe\": 128", StatusCode::kCorrupt, "$.padding.strategy.Fixed"},
    {"\"id\": \"A\"", "\"id\": \"B\"", StatusCode::kCorrupt, "$.post_processor.single"},
    {"\"id\": \"A\"", "\"id\": \"C\"", StatusCode::kCorrupt, "found \"C\""},
    {"\"id\": \"[CLS]\"", "\"id\": \"[NOT]\"", StatusCode::kCorrupt, "[NOT]"},
    {"\"SpecialToken\"", "\"Special\"", StatusCode::kCorrupt, "$.post_processor.single[0]"},
    {"\"tokens\": [", "\"tokens\": [\"x\", ", StatusCode::kCorrupt, "as many ids as tokens"},
    {"\"cleanup\": true", "\"cleanup\": []", StatusCode::kCorrupt, "$.decoder.cleanup"},
};

TEST(TokenizerJson, BrokenDescriptionsNameTheirPlace) {
  for (const Broken& broken : kBroken) {
    const std::string json = changed(tiny_json(), broken.from, broken.to);
    const auto tokenizer = Tokenizer::from_json(json, "tiny.json");
    ASSERT_FALSE(tokenizer.ok()) << broken.to;
    EXPECT_EQ(tokenizer.code(), broken.code) << tokenizer.message();
    EXPECT_NE(tokenizer.message().find(broken.message), std::string_view::npos)
        << tokenizer.message() << "\nexpected " << broken.message;
    EXPECT_TRUE(tokenizer.message().starts_with("tiny.json")) << tokenizer.message();
  }
}

TEST(TokenizerJson, NotJsonIsRefused) {
  for (const std::string_view json : {"", "null", "[]", "{", "7", "\"x\""}) {
    EXPECT_EQ(Tokenizer::from_json(json, "x").code(), StatusCode::kCorrupt) << json;
  }
}

TEST(TokenizerJson, EveryPrefixIsRefused) {
  const std::string json = tiny_json();
  const size_t end = json.find_last_of('}');
  for (size_t size = 0; size < end; size += size < 2000 ? 1 : 37) {
    ASSERT_FALSE(Tokenizer::from_json(json.substr(0, size), "x").ok()) << size;
  }
  EXPECT_TRUE(Tokenizer::from_json(json.substr(0, end + 1), "x").ok());
}

TEST(TokenizerJson, HugeIdsCostNothing) {
  const auto tokenizer =
      made(changed(tiny_json(), "\"cafe\": ", "\"hugeid\": 2147483647, \"cafe\": "));
  EXPECT_EQ(tokenizer->id("hugeid"), 2147483647u);
  EXPECT_EQ(tokenizer->token(2147483647), "hugeid");
}

TEST(TokenizerJson, PartsMayBeMissing) {
  const auto tokenizer = made(
      R"({"model": {"unk_token": "u", "continuing_subword_prefix": "",
                    "max_input_chars_per_word": 9,
                    "vocab": {"u": 0, "a": 1, "b": 2}}})");
  EXPECT_EQ(list(tokenizer->encode("abba", std::nullopt, {})->ids()),
            (std::vector<uint32_t>{1, 2, 2, 1}));
  EXPECT_EQ(list(tokenizer->encode("a b", std::nullopt, {})->ids()), (std::vector<uint32_t>{0}));
  EXPECT_EQ(list(tokenizer->encode("a", "b", {})->type_ids()), (std::vector<uint32_t>{0, 1}));
  const uint32_t ids[] = {1, 2};
  EXPECT_EQ(*tokenizer->decode(ids, true), "a b");
}

TEST(TokenizerJson, OldTruncationHasNoDirection) {
  const auto tokenizer =
      made(changed(tiny_json(), "\"direction\": \"Right\",\n  \"max_length\"", "\"max_length\""));
  EXPECT_EQ(tokenizer->baked_truncation()->direction, Direction::kRight);
}

}  // namespace
}  // namespace inlay::text
