#include "text/tokenizer.h"

#include <gtest/gtest.h>

#include "columns.h"
#include "tiny_tokenizer.h"

namespace inlay::text {
namespace {

std::vector<std::string> tokens_of(const Tokenizer& tokenizer, const Encoding& e) {
  std::vector<std::string> out;
  for (const uint32_t id : e.ids()) out.emplace_back(tokenizer.token(id));
  return out;
}

using Tokens = std::vector<std::string>;

TEST(Tokenizer, EncodesWithOffsetsIntoTheOriginal) {
  const auto tokenizer = tiny();
  const auto e = tokenizer->encode("Caf\u00e9 eating!", std::nullopt, {});
  ASSERT_TRUE(e.ok());
  EXPECT_EQ(tokens_of(*tokenizer, *e), (Tokens{"[CLS]", "cafe", "eating", "!", "[SEP]"}));
  EXPECT_EQ(list(e->offsets()), (std::vector<Offset>{{0, 0}, {0, 5}, {6, 12}, {12, 13}, {0, 0}}));
  EXPECT_EQ(list(e->word_ids()), (std::vector<int32_t>{-1, 0, 1, 2, -1}));
  EXPECT_EQ(list(e->special_tokens_mask()), (std::vector<uint32_t>{1, 0, 0, 0, 1}));
}

TEST(Tokenizer, PairsHaveTypes) {
  const auto tokenizer = tiny();
  const auto e = tokenizer->encode("hello", "world", {});
  ASSERT_TRUE(e.ok());
  EXPECT_EQ(tokens_of(*tokenizer, *e), (Tokens{"[CLS]", "hello", "[SEP]", "world", "[SEP]"}));
  EXPECT_EQ(list(e->type_ids()), (std::vector<uint32_t>{0, 0, 0, 1, 1}));
}

TEST(Tokenizer, OffsetsAreLeftOutOnRequest) {
  const auto e = tiny()->encode("hello world", "hello", {.offsets = false});
  ASSERT_TRUE(e.ok());
  EXPECT_EQ(e->size(), 6u);
  EXPECT_FALSE(e->with_offsets);
}

TEST(Tokenizer, OffsetsAreLeftOutWhereOnlySpecialTokensFit) {
  EncodeOptions options = {.offsets = false, .truncation = Truncation{.max_length = 3}};
  options.padding = Padding{.length = 5};
  const auto e = tiny()->encode("hello world", "hello", options);
  ASSERT_TRUE(e.ok());
  EXPECT_EQ(e->size(), 5u);
  EXPECT_FALSE(e->with_offsets);
  ASSERT_FALSE(e->overflowing.empty());
  for (const Encoding& part : e->overflowing) EXPECT_FALSE(part.with_offsets);
}

TEST(Tokenizer, BakedTruncationAndPaddingAreNotApplied) {
  const auto tokenizer = tiny();
  ASSERT_TRUE(tokenizer->baked_truncation().has_value());
  EXPECT_EQ(tokenizer->baked_truncation()->max_length, 128u);
  EXPECT_EQ(tokenizer->baked_padding()->length, 128u);
  EXPECT_EQ(tokenizer->encode("hello", std::nullopt, {})->size(), 3u);
  EXPECT_EQ(tokenizer->max_length(), 0u);
}

TEST(Tokenizer, TruncatesAndPads) {
  EncodeOptions options;
  options.truncation = Truncation{.max_length = 4};
  options.padding = Padding{.length = 6};
  const auto e = tiny()->encode("a man is eating", std::nullopt, options);
  ASSERT_TRUE(e.ok());
  EXPECT_TRUE(e->truncated);
  EXPECT_EQ(e->size(), 6u);
  EXPECT_EQ(list(e->attention_mask()), (std::vector<uint32_t>{1, 1, 1, 1, 0, 0}));
  ASSERT_EQ(e->overflowing.size(), 1u);
  EXPECT_EQ(e->overflowing[0].size(), 6u);
}

TEST(Tokenizer, RefusesALimitBelowTheSpecialTokens) {
  EncodeOptions options;
  options.truncation = Truncation{.max_length = 1};
  EXPECT_EQ(tiny()->encode("hello", std::nullopt, options).code(), StatusCode::kInvalidArgument);
  std::vector<int32_t> ids = {5};
  EXPECT_EQ(tiny()->encode_ids("hello", 1, ids).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(ids, (std::vector<int32_t>{5}));
}

TEST(Tokenizer, RefusesTextThatIsNotUtf8) {
  const auto tokenizer = tiny();
  for (const std::string_view text :
       {"ab\xff", "ab\xed\xa0\x80", "ab\xc3", "ab\xf4\x90\x80\x80", "ab\xc0\x80"}) {
    const auto e = tokenizer->encode(text, std::nullopt, {});
    EXPECT_EQ(e.code(), StatusCode::kInvalidArgument);
    EXPECT_NE(e.message().find("byte 2"), std::string_view::npos) << e.message();
    EXPECT_FALSE(tokenizer->encode("ok", text, {}).ok());
    std::vector<int32_t> ids;
    EXPECT_EQ(tokenizer->encode_ids(text, 0, ids).code(), StatusCode::kInvalidArgument);
    EXPECT_TRUE(ids.empty());
  }
  const std::string late = std::string(100, 'a') + "\x80";
  EXPECT_NE(tokenizer->encode(late, std::nullopt, {}).message().find("byte 100"),
            std::string_view::npos);
}

TEST(Tokenizer, EncodeIdsAppends) {
  std::vector<int32_t> ids = {-1};
  const auto truncated = tiny()->encode_ids("hello world", 3, ids);
  ASSERT_TRUE(truncated.ok());
  EXPECT_TRUE(*truncated);
  EXPECT_EQ(ids.size(), 4u);
  EXPECT_EQ(ids[0], -1);
}

TEST(Tokenizer, EncodeIdsWorksWithoutTheFusedWay) {
  const auto tokenizer = made(changed(tiny_json(), "\"BertPreTokenizer\"", "\"Whitespace\""));
  std::vector<int32_t> ids;
  const auto truncated = tokenizer->encode_ids("hello world", 3, ids);
  ASSERT_TRUE(truncated.ok());
  EXPECT_TRUE(*truncated);
  EXPECT_EQ(ids.size(), 3u);
  EXPECT_FALSE(*tokenizer->encode_ids("hello world", 0, ids));
  EXPECT_EQ(ids.size(), 7u);
}

TEST(Tokenizer, LooksUpTokens) {
  const auto tokenizer = tiny();
  EXPECT_EQ(tokenizer->token(2), "[CLS]");
  EXPECT_EQ(tokenizer->id("[CLS]"), 2u);
  EXPECT_EQ(tokenizer->id("no such token"), std::nullopt);
  EXPECT_EQ(tokenizer->token(1u << 30), "");
  EXPECT_EQ(tokenizer->token(static_cast<uint32_t>(tokenizer->vocab_size())), "");
}

TEST(Tokenizer, DecodesWhatItEncodes) {
  const auto tokenizer = tiny();
  const auto e = tokenizer->encode("hello, man: it is eating.", std::nullopt, {});
  EXPECT_EQ(*tokenizer->decode(e->ids(), true), "hello, man : it is eating.");
  EXPECT_EQ(*tokenizer->decode(e->ids(), false), "[CLS] hello, man : it is eating. [SEP]");
  EXPECT_EQ(*tokenizer->decode({}, false), "");
  const uint32_t unknown[] = {1u << 30};
  EXPECT_EQ(*tokenizer->decode(unknown, false), "");
}

TEST(Tokenizer, AddedTokensTakeTheNextIds) {
  const std::string token =
      R"({"id": 7, "content": "New Tok", "single_word": false, "lstrip": true, "rstrip": false,
          "normalized": true, "special": false}, )";
  const std::string json =
      changed(tiny_json(), "\"added_tokens\": [", "\"added_tokens\": [" + token);
  const auto tokenizer = made(json);
  const uint32_t id = *tokenizer->id("New Tok");
  EXPECT_EQ(id, tiny()->vocab_size());
  EXPECT_EQ(tokenizer->vocab_size(), tiny()->vocab_size() + 1);
  EXPECT_EQ(tokenizer->token(id), "new tok");  // as it is matched
  const auto e = tokenizer->encode("a  NEW TOK", std::nullopt, {.add_special_tokens = false});
  EXPECT_EQ(e->ids().back(), id);
  EXPECT_EQ(e->offsets().back(), (Offset{1, 10}));
}

TEST(Tokenizer, EmptyTexts) {
  EXPECT_EQ(tiny()->encode("", std::nullopt, {})->size(), 2u);
  EXPECT_EQ(tiny()->encode("", "", {.add_special_tokens = false})->size(), 0u);
}

}  // namespace
}  // namespace inlay::text
