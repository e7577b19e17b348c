#include <gtest/gtest.h>

#include <filesystem>

#include "columns.h"
#include "tiny_tokenizer.h"

namespace inlay::text {
namespace {

class TokenizerDirectory : public testing::Test {
 protected:
  TokenizerDirectory()
      : path_(testing::TempDir() + "inlay_tokenizer_" +
              testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::create_directories(path_);
  }
  ~TokenizerDirectory() override { std::filesystem::remove_all(path_); }

  void write(const std::string& name, std::string_view text) {
    std::ofstream(path_ + "/" + name, std::ios::binary) << text;
  }
  size_t max_length() {
    const auto tokenizer = Tokenizer::from_directory(path_);
    EXPECT_TRUE(tokenizer.ok()) << tokenizer.message();
    return tokenizer.ok() ? (*tokenizer)->max_length() : 0;
  }

  std::string path_;
};

constexpr std::string_view kVocabulary =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\n##s\nHello\ncafe\r\ncaf\u00e9\n";

TEST_F(TokenizerDirectory, VocabularyFileHasBertsComponents) {
  write("vocab.txt", kVocabulary);
  const auto tokenizer = Tokenizer::from_directory(path_);
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.message();
  EXPECT_TRUE((*tokenizer)->is_fused());
  EXPECT_EQ(list((*tokenizer)->encode("Hellos CAF\u00c9 [MASK]", std::nullopt, {})->ids()),
            (std::vector<uint32_t>{2, 5, 6, 8, 4, 3}));
  EXPECT_EQ((*tokenizer)->vocab_size(), 10u);
}

TEST_F(TokenizerDirectory, TokenizerConfigSetsFlags) {
  write("vocab.txt", kVocabulary);
  write("tokenizer_config.json", R"({"do_lower_case": false, "cls_token": {"content": "[MASK]"}})");
  const auto tokenizer = Tokenizer::from_directory(path_);
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.message();
  EXPECT_EQ(list((*tokenizer)->encode("Hello caf\u00e9", std::nullopt, {})->ids()),
            (std::vector<uint32_t>{4, 7, 9, 3}));
}

TEST_F(TokenizerDirectory, VocabularyWithoutSpecialTokensIsRefused) {
  write("vocab.txt", "[UNK]\nhello\n");
  EXPECT_EQ(Tokenizer::from_directory(path_).code(), StatusCode::kCorrupt);
  write("vocab.txt", "hello\n");
  EXPECT_EQ(Tokenizer::from_directory(path_).code(), StatusCode::kCorrupt);
  write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\n\xff\n");
  EXPECT_EQ(Tokenizer::from_directory(path_).code(), StatusCode::kCorrupt);
}

TEST_F(TokenizerDirectory, AnEmptyDirectoryIsNotFound) {
  EXPECT_EQ(Tokenizer::from_directory(path_).code(), StatusCode::kNotFound);
  EXPECT_EQ(Tokenizer::from_directory(path_ + "/none").code(), StatusCode::kNotFound);
}

TEST_F(TokenizerDirectory, TokenizerJsonComesFirst) {
  write("vocab.txt", "broken");
  write("tokenizer.json", tiny_json());
  EXPECT_TRUE(Tokenizer::from_directory(path_).ok());
  write("tokenizer.json", "{");
  EXPECT_EQ(Tokenizer::from_directory(path_).code(), StatusCode::kCorrupt);
}

TEST_F(TokenizerDirectory, MaxLengthComesFromTheNearestConfig) {
  write("tokenizer.json", tiny_json());
  EXPECT_EQ(max_length(), 0u);
  write("config.json",
        R"({"max_position_embeddings": 512, "model_type": "bert", "pad_token_id": 0})");
  EXPECT_EQ(max_length(), 512u);
  write("config.json",
        R"({"max_position_embeddings": 514, "model_type": "roberta", "pad_token_id": 1})");
  EXPECT_EQ(max_length(), 512u);
  write("tokenizer_config.json", R"({"model_max_length": 1000000000000000019884624838656})");
  EXPECT_EQ(max_length(), 512u);
  write("tokenizer_config.json", R"({"model_max_length": 384})");
  EXPECT_EQ(max_length(), 384u);
  write("sentence_bert_config.json", R"({"max_seq_length": null})");
  EXPECT_EQ(max_length(), 384u);
  write("sentence_bert_config.json", R"({"max_seq_length": 256})");
  EXPECT_EQ(max_length(), 256u);
}

}  // namespace
}  // namespace inlay::text
