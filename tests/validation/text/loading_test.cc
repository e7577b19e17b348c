#include <gtest/gtest.h>

#include "base/protobuf.h"
#include "columns.h"
#include "text/base64.h"
#include "text/decode_stream.h"
#include "tiny_tokenizer.h"

namespace inlay::text {
namespace {

using Ids = std::vector<uint32_t>;

Result<std::shared_ptr<const Tokenizer>> from_bytes(std::string_view vocabulary,
                                                    std::string_view like,
                                                    std::string_view merges = {}) {
  return Tokenizer::from_vocabulary_bytes(vocabulary, merges, like);
}

Ids ids_of(const Tokenizer& tokenizer, std::string_view text) {
  const auto encoding = tokenizer.encode(text, std::nullopt, {});
  EXPECT_TRUE(encoding.ok()) << encoding.message();
  return encoding.ok() ? list(encoding->ids()) : Ids();
}

constexpr std::string_view kGpt2 = R"({"a":0,"b":1,"ab":2,"<|endoftext|>":3,"Ġ":4})";

TEST(Loading, VocabularyAndMerges) {
  const auto tokenizer = from_bytes(kGpt2, "gpt2", "#version: 0.2\na b\n");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.message();
  EXPECT_EQ(ids_of(**tokenizer, "ab<|endoftext|> b"), (Ids{2, 3, 4, 1}));
  EXPECT_EQ((*tokenizer)->max_length(), 1024u);
}

TEST(Loading, BadVocabulariesAndMergesNameTheirPlace) {
  EXPECT_NE(from_bytes(kGpt2, "gpt2", "a c\n").message().find("\"c\""), std::string_view::npos);
  EXPECT_NE(from_bytes(kGpt2, "gpt2", "a b\nab\n").message().find("line 2"),
            std::string_view::npos);
  EXPECT_NE(from_bytes(R"({"a":"0"})", "gpt2", "a b\n").message().find("$.a"),
            std::string_view::npos);
  EXPECT_EQ(from_bytes(R"({"a":0,"b":0})", "gpt2", "").code(), StatusCode::kNotFound);
  EXPECT_EQ(from_bytes(R"({"a":0,"b":0})", "gpt2", "\n").code(), StatusCode::kCorrupt);
  EXPECT_EQ(from_bytes("a\nb\n", "nobody").code(), StatusCode::kNotFound);
}

std::string ranks(std::string_view more) {
  std::string text;
  for (int byte = 0; byte < 256; ++byte) {
    text += format("{} {}\n", encode_base64(std::string(1, static_cast<char>(byte))), byte);
  }
  return text + std::string(more);
}

TEST(Loading, TiktokenRanksGiveTheirMerges) {
  const std::string ab = encode_base64("ab") + " 256\n";
  const auto tokenizer = from_bytes(ranks(ab), "cl100k_base");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.message();
  EXPECT_EQ(ids_of(**tokenizer, "abb<|endoftext|>"), (Ids{256, 'b', 100257}));
  EXPECT_EQ(*(*tokenizer)->decode(Ids{256, 0xC3, 0xA9}, true), "ab\u00e9");
}

TEST(Loading, BadRanksNameTheirLine) {
  EXPECT_NE(from_bytes(ranks("!!!! 256\n"), "gpt2").message().find("257"), std::string_view::npos);
  EXPECT_FALSE(from_bytes("YQ== 0\n", "cl100k_base").ok());
  EXPECT_FALSE(from_bytes(ranks("YWI= 99999999999\n"), "cl100k_base").ok());
  EXPECT_FALSE(from_bytes(ranks("YQ== 256\n"), "cl100k_base").ok());  // "a" twice
  EXPECT_FALSE(from_bytes(ranks("YWI= 255\n"), "cl100k_base").ok());  // an id twice
}

std::string piece_model(float score = -1, uint64_t type = 1) {
  std::string bytes;
  protobuf::Writer writer(bytes);
  const auto piece = [&](std::string_view text, float value, uint64_t kind) {
    writer.message(1, [&](protobuf::Writer& out) {
      out.bytes(1, text);
      out.float32(2, value);
      out.varint(3, kind);
    });
  };
  piece("<unk>", 0, 2);
  piece("<s>", 0, 3);
  piece("</s>", 0, 3);
  piece("\u2581", -3, 1);
  piece("\u2581a", score, type);
  piece("b", -2, 1);
  return bytes;
}

TEST(Loading, SentencePieceWithoutAClassAndAsXlmRoberta) {
  const auto plain = from_bytes(piece_model(), "");
  ASSERT_TRUE(plain.ok()) << plain.message();
  EXPECT_EQ(ids_of(**plain, "  ab  a"), (Ids{4, 5, 4}));
  const auto fairseq = from_bytes(piece_model(), "xlm-roberta-base");
  ASSERT_TRUE(fairseq.ok()) << fairseq.message();
  EXPECT_EQ(ids_of(**fairseq, "ab<mask>"), (Ids{0, 5, 6, 7, 2}));
}

TEST(Loading, BadSentencePieceModelsAreRefused) {
  const std::string good = piece_model();
  for (size_t size = 0; size < good.size(); ++size) {
    (void)from_bytes(good.substr(0, size), "");  // any cut: an error or a smaller model
  }
  EXPECT_EQ(from_bytes(good.substr(0, good.size() - 1), "").code(), StatusCode::kCorrupt);
  EXPECT_EQ(from_bytes(piece_model(std::numeric_limits<float>::quiet_NaN()), "").code(),
            StatusCode::kCorrupt);
  EXPECT_EQ(from_bytes(piece_model(-1, 9), "").code(), StatusCode::kCorrupt);
}

TEST(Loading, SavingGivesTheSameTokenizer) {
  const auto tokenizer = from_bytes(piece_model(), "xlm-roberta-base");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.message();
  const auto text = (*tokenizer)->to_json();
  ASSERT_TRUE(text.ok()) << text.message();
  const auto again = Tokenizer::from_json(*text, "saved");
  ASSERT_TRUE(again.ok()) << again.message();
  EXPECT_EQ(ids_of(**again, "ab <mask> a"), ids_of(**tokenizer, "ab <mask> a"));
  EXPECT_EQ(*(*again)->to_json(), *text);
  const std::string path = testing::TempDir() + "inlay_saved.json";
  EXPECT_TRUE((*tokenizer)->save(path).ok());
  EXPECT_EQ((*tokenizer)->save(testing::TempDir()).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Tokenizer::from_vocabulary(path, "")->get()->vocab_size(), (*tokenizer)->vocab_size());
}

TEST(Loading, WordsKeepTheirOffsets) {
  const auto tokenizer = from_bytes(kGpt2, "gpt2", "a b\n");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.message();
  const std::vector<std::string_view> words = {"ab", "", "ba"};
  const auto encoding = (*tokenizer)->encode_words(words, std::nullopt, {});
  ASSERT_TRUE(encoding.ok()) << encoding.message();
  EXPECT_EQ(list(encoding->ids()), (Ids{2, 1, 0}));
  EXPECT_EQ(list(encoding->word_ids()), (std::vector<int32_t>{0, 2, 2}));
  EXPECT_EQ(list(encoding->offsets()), (std::vector<Offset>{{0, 2}, {0, 1}, {1, 2}}));
  EXPECT_EQ(list((*tokenizer)->encode_words({}, std::nullopt, {})->ids()), Ids());  // no words
  EXPECT_EQ(list((*tokenizer)->encode_words(words, Tokenizer::Words(), {})->ids()), (Ids{2, 1, 0}));
  const std::vector<std::string_view> bad = {"a", "\xff"};
  EXPECT_NE((*tokenizer)->encode_words(bad, std::nullopt, {}).message().find("word 1"),
            std::string_view::npos);
}

TEST(Loading, OffsetsOfRepairedTextArePlacesInTheOriginal) {
  const auto tokenizer = from_bytes(piece_model(), "");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.message();
  EncodeOptions options;
  const std::string_view text = "a\xf0\x9f\x98 b\xff";
  EXPECT_FALSE((*tokenizer)->encode(text, std::nullopt, options).ok());
  options.replace_invalid_utf8 = true;
  const auto bytes = (*tokenizer)->encode(text, std::nullopt, options);
  ASSERT_TRUE(bytes.ok()) << bytes.message();
  // ▁a, U+FFFD, ▁, b, U+FFFD
  EXPECT_EQ(list(bytes->offsets()), (std::vector<Offset>{{0, 1}, {1, 4}, {4, 5}, {5, 6}, {6, 7}}));
  options.offset_unit = OffsetUnit::kCharacters;
  const auto characters = (*tokenizer)->encode(text, std::nullopt, options);
  EXPECT_EQ(list(characters->offsets()),
            (std::vector<Offset>{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}}));
}

TEST(Loading, AStreamGivesWholeCharacters) {
  const auto tokenizer = from_bytes(ranks(""), "cl100k_base");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.message();
  DecodeStream stream(*tokenizer, true);
  const auto push = [&](uint32_t id) { return *stream.push({&id, 1}); };
  EXPECT_EQ(push('a'), "a");
  EXPECT_EQ(push(0xC3), "");
  EXPECT_EQ(push(0xA9), "\u00e9");
  EXPECT_EQ(push(0xE2), "");
  EXPECT_EQ(*stream.flush(), "\uFFFD");
  EXPECT_EQ(push('b'), "b");
}

}  // namespace
}  // namespace inlay::text
