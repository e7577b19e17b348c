// What broken files beside a tokenizer.json give: an error of one line that names the file and the place.
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

#include "base/protobuf.h"
#include "text/base64.h"
#include "tiny_tokenizer.h"

namespace inlay::text {
namespace {

void expect_refused(const Status& status, std::string_view place, std::string_view part) {
  EXPECT_FALSE(status.ok()) << place << ", " << part;
  EXPECT_NE(status.message().find(place), std::string_view::npos) << status.message();
  EXPECT_NE(status.message().find(part), std::string_view::npos) << status.message();
  EXPECT_EQ(status.message().find('\n'), std::string_view::npos) << status.message();
  EXPECT_LT(status.message().size(), 500u);
}

Status load(std::string_view vocabulary, std::string_view like, std::string_view merges = {}) {
  return Tokenizer::from_vocabulary_bytes(vocabulary, merges, like).status();
}

class BadFiles : public testing::Test {
 protected:
  BadFiles()
      : path_(testing::TempDir() + "inlay_bad_files_" +
              testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~BadFiles() override { std::filesystem::remove_all(path_); }

  void write(const std::string& name, std::string_view text) {
    std::ofstream(path_ + "/" + name, std::ios::binary) << text;
  }
  Status directory() { return Tokenizer::from_directory(path_).status(); }

  std::string path_;
};

constexpr std::string_view kWords = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n";
constexpr std::string_view kPairs = R"({"a":0,"b":1,"ab":2,"<|endoftext|>":3})";

TEST_F(BadFiles, WithoutUtf8) {
  expect_refused(load(std::string(kWords) + "\xff\n", "bert-base-uncased"), "vocabulary",
                 "expected UTF-8, byte 33");
  expect_refused(load("{\"a\":0,\"\xff\":1}", "gpt2", "a b\n"), "vocabulary", "expected UTF-8");
  expect_refused(load(kPairs, "gpt2", "a \xff\n"), "merges", "expected UTF-8, byte 2");
  write("tokenizer.json", "{\"model\":{\"type\":\"WordLevel\",\"unk_token\":\"\xc3\"}}");
  expect_refused(directory(), "tokenizer.json", "expected UTF-8");
  std::filesystem::remove(path_ + "/tokenizer.json");
  write("vocab.txt", kWords);
  EXPECT_TRUE(directory().ok());
  for (const char* name :
       {"config.json", "added_tokens.json", "special_tokens_map.json", "tokenizer_config.json"}) {
    write(name, "{\"tokenizer_class\":\"\xed\xa0\x80\"}");
    expect_refused(directory(), name, "expected UTF-8");
    std::filesystem::remove(path_ + "/" + name);
  }
  EXPECT_TRUE(directory().ok());
}

TEST_F(BadFiles, ThatHoldOtherThings) {
  write("vocab.txt", kWords);
  for (const char* name :
       {"added_tokens.json", "special_tokens_map.json", "tokenizer_config.json"}) {
    for (const std::string_view text : {"", "[]", "7", "{\"", "nul"}) {
      write(name, text);
      expect_refused(directory(), name, "expected");
    }
    std::filesystem::remove(path_ + "/" + name);
  }
  for (const std::string_view id :
       {"\"5\"", "1.5", "1e300", "null", "[]", "18446744073709551616"}) {
    write("added_tokens.json", format("{{\"<x>\":{}}}", id));
    expect_refused(directory(), "added_tokens.json", "$");
  }
  std::filesystem::remove(path_ + "/added_tokens.json");
  for (const std::string_view key : {"-1", "x", "", "1.5", "9223372036854775808", " 1"}) {
    write("tokenizer_config.json",
          format(R"({{"added_tokens_decoder":{{"{}":{{"content":"<x>"}}}}}})", key));
    expect_refused(directory(), "tokenizer_config.json", "expected an id as the key");
  }
  // Only their order counts: no table grows with them.
  write("tokenizer_config.json",
        R"({"added_tokens_decoder":{"9223372036854775807":{"content":"<y>"},
                                    "4294967296":{"content":"<x>"}}})");
  const auto tokenizer = Tokenizer::from_directory(path_);
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.message();
  EXPECT_EQ((*tokenizer)->id("<x>"), 6u);
  EXPECT_EQ((*tokenizer)->id("<y>"), 7u);
}

TEST_F(BadFiles, VocabulariesAndMerges) {
  expect_refused(load(R"({"a":0,"b":0})", "gpt2", "a b\n"), "vocabulary", "with id 0");
  for (const std::string_view id :
       {"\"0\"", "-1", "2147483648", "4294967296", "1.5", "null", "{}"}) {
    expect_refused(load(format(R"({{"a":{}}})", id), "gpt2", "a b\n"), "vocabulary", "$.a");
  }
  expect_refused(load(kPairs, "gpt2", "a b\nb c\n"), "merges", "merge 1: expected the token \"c\"");
  expect_refused(load(kPairs, "gpt2", "b a\n"), "merges", "expected the token \"ba\"");
  expect_refused(load(kPairs, "gpt2", "a b c\n"), "merges", "line 1");
}

TEST_F(BadFiles, Ranks) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) {
    bytes += format("{} {}\n", encode_base64(std::string(1, static_cast<char>(byte))), byte);
  }
  EXPECT_TRUE(load(bytes, "cl100k_base").ok());
  for (const std::string_view rank : {"-1", "2147483648", "4294967296", "NaN", "1.5", "", "0x10"}) {
    expect_refused(load(bytes + "YWI= " + std::string(rank) + "\n", "cl100k_base"), "line 257",
                   "expected a rank");
  }
  expect_refused(load(bytes + "YW\xff= 256\n", "cl100k_base"), "line 257", "base64");
  expect_refused(load(bytes + "YWI=256\n", "cl100k_base"), "line 257", "a space and a rank");
}

std::string pieces(std::string_view text, float score, uint32_t copies = 1, int32_t unk_id = 0) {
  std::string bytes;
  protobuf::Writer writer(bytes);
  const auto piece = [&](std::string_view name, float value, uint64_t kind) {
    writer.message(1, [&](protobuf::Writer& out) {
      out.bytes(1, name);
      out.float32(2, value);
      out.varint(3, kind);
    });
  };
  piece("<unk>", 0, 2);
  for (uint32_t i = 0; i < copies; ++i) piece(text, score, 1);
  writer.message(2, [&](protobuf::Writer& out) { out.varint(40, static_cast<uint64_t>(unk_id)); });
  return bytes;
}

TEST_F(BadFiles, SentencePieceModels) {
  EXPECT_TRUE(load(pieces("a", -1), "").ok());
  EXPECT_TRUE(load(pieces("a", -1, 3), "").ok());  // a piece twice: the last one counts
  const float infinity = std::numeric_limits<float>::infinity();
  for (const float score : {std::numeric_limits<float>::quiet_NaN(), infinity, -infinity}) {
    expect_refused(load(pieces("a", score), ""), "vocabulary", "a score that is a finite number");
  }
  expect_refused(load(pieces("a\xff", -1), ""), "vocabulary", "expected a piece in UTF-8");
  expect_refused(load(pieces("a", -1, 1, 2), ""), "vocabulary", "unk_id below the 2 pieces");
  expect_refused(load(pieces("a", -1, 1, -1), ""), "vocabulary", "unk_id of 0 or more");
}

}  // namespace
}  // namespace inlay::text
