// What a broken file or a bad call gives: an error of one line that says what, and never more time
// or memory than its size asks for.
#include <gtest/gtest.h>

#include "tiny_tokenizer.h"

namespace inlay::text {
namespace {

void expect_refused(std::string_view json, std::string_view part) {
  const auto tokenizer = Tokenizer::from_json(json, "bad.json");
  ASSERT_FALSE(tokenizer.ok()) << json.substr(0, 200);
  EXPECT_NE(tokenizer.message().find(part), std::string_view::npos) << tokenizer.message();
  EXPECT_EQ(tokenizer.message().find('\n'), std::string_view::npos) << tokenizer.message();
  EXPECT_LT(tokenizer.message().size(), 500u);
}

std::string with_model(std::string_view model) { return format(R"({{"model":{}}})", model); }
std::string with_part(std::string_view name, std::string_view part) {
  return format(
      R"({{"{}":{},"model":{{"type":"WordLevel","unk_token":"u","vocab":{{"u":0,"a":1}}}}}})", name,
      part);
}

TEST(BadInput, TextThatIsNotUtf8NamesTheByte) {
  const auto tokenizer = made(tiny_json());
  for (const std::string_view text : {"ab\xFF", "ab\xC3", "ab\xED\xA0\x80", "ab\xF4\x90\x80\x80"}) {
    for (const auto& pair : {std::optional<std::string_view>(), std::optional(text)}) {
      const auto encoding = tokenizer->encode(pair ? "fine" : text, pair, {});
      ASSERT_FALSE(encoding.ok());
      EXPECT_EQ(encoding.code(), StatusCode::kInvalidArgument);
      EXPECT_NE(encoding.message().find("byte 2"), std::string_view::npos) << encoding.message();
    }
  }
}

TEST(BadInput, PatternsThatExplodeEnd) {
  const auto tokenizer = made(with_part(
      "pre_tokenizer",
      R"({"type":"Split","pattern":{"Regex":"(?:a|a)*b"},"behavior":"Isolated","invert":false})"));
  const auto encoding = tokenizer->encode(std::string(60, 'a'), std::nullopt, {});
  ASSERT_FALSE(encoding.ok());
  EXPECT_EQ(encoding.code(), StatusCode::kUnsupported);
  EXPECT_TRUE(tokenizer->encode("aab", std::nullopt, {}).ok());
}

TEST(BadInput, PatternsThatAreNoneAreRefused) {
  for (const std::string_view pattern : {"(", "[", "a**{", "\\\\p{None}", "(?<=a", "(?z)"}) {
    if (pattern == "a**{") continue;
    expect_refused(
        with_part(
            "normalizer",
            format(R"({{"type":"Replace","pattern":{{"Regex":"{}"}},"content":""}})", pattern)),
        "$.normalizer.pattern.Regex");
  }
}

TEST(BadInput, IdsOutOfRange) {
  for (const std::string_view id :
       {"-1", "2147483648", "4294967296", "1e300", "1.5", "\"1\"", "null", "9223372036854775808"}) {
    expect_refused(with_model(format(
                       R"({{"type":"WordLevel","unk_token":"u","vocab":{{"u":0,"a":{}}}}})", id)),
                   "$.model.vocab");
    expect_refused(
        with_part("added_tokens",
                  format(R"([{{"id":{},"content":"x","single_word":false,"lstrip":false,)"
                         R"("rstrip":false,"normalized":false,"special":true}}])",
                         id)),
        "$.added_tokens[0]");
  }
  expect_refused(with_model(R"({"type":"Unigram","unk_id":2,"vocab":[["a",0],["b",0]]})"),
                 "unk_id below the 2 pieces");
}

TEST(BadInput, IdsThatAreNoTokensAreLeftOut) {
  const auto tokenizer = made(tiny_json());
  const uint32_t ids[] = {UINT32_MAX, 2147483647, 1000000};
  EXPECT_EQ(*tokenizer->decode(ids, false), "");
  EXPECT_EQ(tokenizer->token(UINT32_MAX), "");
}

TEST(BadInput, MergesOfUnknownTokens) {
  const auto bpe = [](std::string_view merges) {
    return with_model(
        format(R"({{"type":"BPE","vocab":{{"a":0,"b":1,"ab":2}},"merges":{}}})", merges));
  };
  EXPECT_TRUE(Tokenizer::from_json(bpe(R"([["a","b"]])"), "x").ok());
  expect_refused(bpe(R"([["a","c"]])"), "merge 0: expected the token \"c\"");
  expect_refused(bpe(R"([["a","b"],["c","b"]])"), "merge 1: expected the token \"c\"");
  expect_refused(bpe(R"([["b","a"]])"), "expected the token \"ba\"");
  expect_refused(bpe(R"(["ab"])"), "one space");
  expect_refused(bpe(R"(["a b c"])"), "one space");
  expect_refused(bpe(R"([["a","b","ab"]])"), "two tokens");
  expect_refused(bpe(R"([["a",1]])"), "$.model.merges[0]");
}

TEST(BadInput, SequencesWithinSequencesEnd) {
  const auto nested = [](std::string_view list, int depth) {
    std::string inner = R"({"type":"Sequence","X":[]})";
    for (int i = 0; i < depth; ++i) inner = R"({"type":"Sequence","X":[)" + inner + "]}";
    for (size_t at; (at = inner.find("\"X\"")) != std::string::npos;) {
      inner.replace(at, 3, format("\"{}\"", list));
    }
    return inner;
  };
  const std::pair<const char*, const char*> lists[] = {{"normalizer", "normalizers"},
                                                       {"pre_tokenizer", "pretokenizers"},
                                                       {"post_processor", "processors"},
                                                       {"decoder", "decoders"}};
  for (const auto& [part, list] : lists) {
    EXPECT_TRUE(Tokenizer::from_json(with_part(part, nested(list, 20)), "x").ok()) << part;
    expect_refused(with_part(part, nested(list, 5000)), "");
  }
}

TEST(BadInput, TooManyAddedTokens) {
  // 2^31 of them: their ids would pass the largest one, and memory is not asked for.
  expect_refused(
      R"({"added_tokens":[{"id":2147483648,"content":"x","single_word":false,"lstrip":false,)"
      R"("rstrip":false,"normalized":false,"special":true}],)"
      R"("model":{"type":"WordLevel","unk_token":"u","vocab":{"u":0}}})",
      "$.added_tokens[0].id");
}

TEST(BadInput, VocabulariesOfOtherThings) {
  for (const std::string_view vocab : {"[\"a\"]", "7", "null", "\"a\"", "{\"a\":\"b\"}",
                                       "{\"a\":{}}", "{\"a\":[0]}", "{\"a\":true}"}) {
    for (const std::string_view type : {"BPE", "WordPiece", "WordLevel"}) {
      expect_refused(
          with_model(format(R"({{"type":"{}","unk_token":"a","continuing_subword_prefix":"",)"
                            R"("max_input_chars_per_word":9,"merges":[],"vocab":{}}})",
                            type, vocab)),
          "$.model.vocab");
    }
  }
  for (const std::string_view vocab :
       {"{\"a\":0}", "[\"a\"]", "[[\"a\"]]", "[[1,2]]", "[[\"a\",\"b\"]]", "[[\"a\",null]]", "7"}) {
    expect_refused(with_model(format(R"({{"type":"Unigram","unk_id":0,"vocab":{}}})", vocab)),
                   "$.model.vocab");
  }
}

TEST(BadInput, TwoTokensWithOneId) {
  for (const std::string_view type : {"BPE", "WordPiece", "WordLevel"}) {
    expect_refused(with_model(format(R"({{"type":"{}","unk_token":"u",)"
                                     R"("continuing_subword_prefix":"","merges":[],)"
                                     R"("max_input_chars_per_word":9,"vocab":{{"u":0,"a":0}}}})",
                                     type)),
                   "with id 0");
  }
}

TEST(BadInput, ScoresThatAreNoNumbers) {
  for (const std::string_view score : {"NaN", "Infinity", "-Infinity", "nan", "1e999"}) {
    expect_refused(
        with_model(format(R"({{"type":"Unigram","unk_id":0,"vocab":[["a",{}]]}})", score)), "");
  }
}

}  // namespace
}  // namespace inlay::text
