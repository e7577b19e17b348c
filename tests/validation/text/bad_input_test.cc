// What a broken file or a bad call gives: an error of one line that says what, and never more time
// or memory than its size asks for.
#include <gtest/gtest.h>

#include "columns.h"
#include "text/base64.h"
#include "text/decode_stream.h"
#include "tiny_tokenizer.h"

namespace inlay::text {
namespace {

using namespace std::string_literals;

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

void expect_one_line(const Status& status, StatusCode code, std::string_view part) {
  EXPECT_EQ(status.code(), code) << status.message();
  EXPECT_NE(status.message().find(part), std::string_view::npos) << status.message();
  EXPECT_EQ(status.message().find('\n'), std::string_view::npos) << status.message();
}

TEST(BadInput, PatternsThatExplodeEndWhereverTheyAre) {
  constexpr std::string_view kReplace =
      R"({"type":"Replace","pattern":{"Regex":"(?:a|a)*b"},"content":""})";
  const std::string many(60, 'a');
  const auto normalizes = made(with_part("normalizer", kReplace));
  expect_one_line(normalizes->encode(many, std::nullopt, {}).status(), StatusCode::kUnsupported,
                  "steps at byte 0");
  const auto decodes = made(format(
      R"({{"decoder":{},"model":{{"type":"WordLevel","unk_token":"u","vocab":{{"u":0,"{}":1}}}}}})",
      kReplace, many));
  expect_one_line(decodes->decode(std::vector<uint32_t>{1}, false).status(),
                  StatusCode::kUnsupported, "steps at byte 0");
  // What an added token becomes is found out when it is loaded.
  expect_refused(
      format(R"({{"normalizer":{},"added_tokens":[{{"id":2,"content":"{}","single_word":false,)"
             R"("lstrip":false,"rstrip":false,"normalized":true,"special":false}}],)"
             R"("model":{{"type":"WordLevel","unk_token":"u","vocab":{{"u":0}}}}}})",
             kReplace, many),
      "steps at byte 0");
}

std::string many_of(std::string_view list, std::string_view part, int count) {
  std::string all(part);
  for (int i = 1; i < count; ++i) all.append(",").append(part);
  return format(R"({{"type":"Sequence","{}":[{}]}})", list, all);
}

// Ten letters would become 2^34 bytes and more.
TEST(BadInput, TextThatGrowsWithoutEndIsRefused) {
  constexpr std::string_view kReplace =
      R"({"type":"Replace","pattern":{"String":"a"},"content":"aaaaaaaaaaaaaaaa"})";
  const std::string letters(10, 'a');
  const auto expect_bounded = [&](std::string_view name, std::string_view part,
                                  std::string_view text) {
    const auto tokenizer = made(with_part(name, part));
    expect_one_line(tokenizer->encode(text, std::nullopt, {}).status(), StatusCode::kOutOfMemory,
                    "bytes made of");
    EXPECT_TRUE(tokenizer->encode("", std::nullopt, {}).ok());
  };
  expect_bounded("normalizer", many_of("normalizers", kReplace, 8), letters);
  const std::string prefix(2 << 20, 'a');
  expect_bounded("normalizer", format(R"({{"type":"Prepend","prepend":"{}"}})", prefix), letters);
  // Each byte beyond ASCII becomes two.
  constexpr std::string_view kBytes =
      R"({"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false})";
  expect_bounded("pre_tokenizer", many_of("pretokenizers", kBytes, 40), "\u00e9\u00e9");
  expect_bounded("normalizer", many_of("normalizers", R"({"type":"ByteLevel"})", 40),
                 "\u00e9\u00e9");
}

TEST(BadInput, DecodedTextThatGrowsWithoutEndIsRefused) {
  constexpr std::string_view kReplace =
      R"({"type":"Replace","pattern":{"String":"a"},"content":"aaaaaaaaaaaaaaaa"})";
  const std::string some = many_of("decoders", kReplace, 3);
  // Sequences within sequences are measured as one.
  for (const std::string& decoder :
       {many_of("decoders", kReplace, 9), many_of("decoders", some, 3),
        many_of("decoders", many_of("decoders", some, 2), 2),
        many_of("decoders", R"({"type":"BPEDecoder","suffix":""})", 60)}) {
    const auto tokenizer = made(with_part("decoder", decoder));
    expect_one_line(tokenizer->decode(std::vector<uint32_t>(10, 1), false).status(),
                    StatusCode::kOutOfMemory, "bytes made of");
  }
  const auto longer = made(with_part("decoder", some));
  EXPECT_EQ(longer->decode(std::vector<uint32_t>{1}, false)->size(), 4096u);
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

TEST(BadInput, IdsThatAreNoTokensAreLeftOutOfAStream) {
  const auto tokenizer = made(tiny_json());
  DecodeStream stream(tokenizer, false);
  const uint32_t ids[] = {UINT32_MAX, *tokenizer->id("hello"), 2147483648u};
  EXPECT_EQ(*stream.push(ids) + *stream.flush(), "hello");
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

std::string added_tokens(int count, int64_t id, bool all_alike) {
  std::string list;
  for (int i = 0; i < count; ++i) {
    list +=
        format(R"({}{{"id":{},"content":"<{}>","single_word":false,"lstrip":false,"rstrip":false,)"
               R"("normalized":false,"special":true}})",
               i ? "," : "", id, all_alike ? 0 : i);
  }
  return "[" + list + "]";
}

// A file says which tokens it adds; ids are the next free ones, whatever stands there.
TEST(BadInput, AddedTokensTakeTheNextIdWhateverTheirsIs) {
  const auto largest = made(with_part("added_tokens", added_tokens(1, INT32_MAX, false)));
  EXPECT_EQ(largest->id("<0>"), 2u);
  EXPECT_EQ(largest->vocab_size(), 3u);
  const auto many = made(with_part("added_tokens", added_tokens(2000, 7, false)));
  EXPECT_EQ(many->vocab_size(), 2002u);
  EXPECT_EQ(list(many->encode("<1999>a", std::nullopt, {})->ids()),
            (std::vector<uint32_t>{2001, 1}));
  const auto one = made(with_part("added_tokens", added_tokens(2000, INT32_MAX, true)));
  EXPECT_EQ(one->vocab_size(), 3u);
  const auto holes =
      made(R"({"added_tokens":)" + added_tokens(2, 0, false) +
           R"(,"model":{"type":"WordLevel","unk_token":"u","vocab":{"u":0,"a":2147483647}}})");
  EXPECT_EQ(holes->id("<1>"), 3u);
  EXPECT_EQ(holes->token(INT32_MAX), "a");
}

TEST(BadInput, AddedTokensThatAreNoList) {
  for (const std::string_view claimed :
       {"2147483648", "{\"length\":2147483648}", "\"x\"", "true"}) {
    expect_refused(with_part("added_tokens", claimed), "$.added_tokens: expected an array");
  }
  expect_refused(with_part("added_tokens", "[2147483648]"), "$.added_tokens[0]");
}

TEST(BadInput, PaddingThatIsTooLong) {
  const auto tokenizer = made(tiny_json());
  EncodeOptions options;
  for (const size_t count : {size_t{UINT32_MAX}, size_t{1} << 40, SIZE_MAX}) {
    options.padding = Padding{.length = count};
    expect_one_line(tokenizer->encode("a", std::nullopt, options).status(),
                    StatusCode::kInvalidArgument, "padding: expected at most");
    options.padding = Padding{.multiple_of = count};
    expect_one_line(tokenizer->encode("a", std::nullopt, options).status(),
                    StatusCode::kInvalidArgument, "padding: expected at most");
  }
}

TEST(BadInput, CharsmapsThatAreNone) {
  const auto map = [](std::string_view bytes) {
    return with_part("normalizer", format(R"({{"type":"Precompiled","precompiled_charsmap":"{}"}})",
                                          encode_base64(bytes)));
  };
  using namespace std::string_view_literals;
  const std::string unit = "\4\0\0\0\0\0\0\0"s;  // a trie of one empty unit
  EXPECT_TRUE(Tokenizer::from_json(map(unit + "text\0"s), "x").ok());
  expect_refused(map(""), "charsmap: expected 4 bytes or more");
  expect_refused(map("\xff\xff\xff\xff"sv), "charsmap: expected a trie");
  expect_refused(map(unit + "\xff"), "charsmap: expected UTF-8");
  expect_refused(map(unit + "a\0"s + std::string(129, 'a')), "at most 128 bytes, found 129");
  expect_refused(with_part("normalizer", R"({"type":"Precompiled","precompiled_charsmap":"?"})"),
                 "base64");
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
