#include "tasks/few_shot_head.h"

#include <gtest/gtest.h>

#include <cstring>

#include "tasks/random_examples.h"

namespace inlay::tasks {
namespace {

FewShotHead small_head() {
  FewShotHead head = *fit_head(random_examples(3, 12, 4, 1.0f), {.unknown_share = 0.1f});
  head.labels = {"Coding", "Écriture", "会議"};
  head.probe = {1, 0, 0, 0};
  return head;
}

// The file with bytes replaced and its checksum made right again, as an attacker would.
std::string resealed(std::string bytes) {
  uint32_t crc = 0xFFFFFFFFu;
  for (size_t i = 0; i + 4 < bytes.size(); ++i) {
    crc ^= static_cast<unsigned char>(bytes[i]);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320u : 0);
  }
  crc = ~crc;
  for (size_t i = 0; i < 4; ++i) bytes[bytes.size() - 4 + i] = static_cast<char>(crc >> (8 * i));
  return bytes;
}

std::string with_number(size_t at, uint32_t value) {
  std::string bytes = write_head(small_head());
  for (size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i));
  return resealed(bytes);
}

void expect_refused(const std::string& bytes, std::string_view text) {
  const auto head = read_head(bytes, "h");
  ASSERT_FALSE(head.ok()) << text;
  EXPECT_TRUE(head.message().starts_with("h: ")) << head.message();
  EXPECT_NE(head.message().find(text), std::string_view::npos) << head.message();
}

TEST(FewShotHead, ReadsWhatItWrote) {
  const FewShotHead head = small_head();
  const std::string bytes = write_head(head);
  const auto read = read_head(bytes, "h");
  ASSERT_TRUE(read.ok()) << read.message();
  EXPECT_EQ(read->labels, head.labels);
  EXPECT_EQ(read->weights, head.weights);
  EXPECT_EQ(read->temperature, head.temperature);
  EXPECT_EQ(write_head(*read), bytes);
  EXPECT_EQ(resealed(bytes), bytes);
}

TEST(FewShotHead, EveryCutAndEveryChangedByteIsRefused) {
  const std::string bytes = write_head(small_head());
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(read_head(bytes.substr(0, size), "h").ok()) << size;
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    EXPECT_FALSE(read_head(changed, "h").ok()) << at;
  }
}

TEST(FewShotHead, WhatFieldsMayNotBe) {
  expect_refused("", "expected a head that inlay saved");
  expect_refused(with_number(8, 2), "byte 8: expected version 1, found 2");
  expect_refused(with_number(12, 2), "byte 12: expected method 0 or 1, found 2");
  expect_refused(with_number(16, 0), "byte 16: expected 1 to 65536 labels, found 0");
  expect_refused(with_number(16, 65537), "found 65537");
  expect_refused(with_number(20, 0), "byte 20: expected 1 to 65536 dimensions, found 0");
  expect_refused(with_number(20, 65536), "for 3 labels of 65536 dimensions");
  expect_refused(with_number(24, 0), "byte 24: expected a temperature above 0");
  expect_refused(with_number(24, 0x7FC00000),
                 "byte 24: expected a finite number in the temperature");
  expect_refused(with_number(60, 0x7F800000), "byte 60: expected a finite number in the weights");
  const size_t names = 24 + 4 * (1 + 3 + 4 + 2 * 12);
  expect_refused(with_number(names, 0), "expected a label of 1 to");
  expect_refused(with_number(names, 1000000), "found 1000000");
  std::string bytes = write_head(small_head());
  bytes[names + 4] = '\xFF';
  expect_refused(resealed(bytes), "expected a label in UTF-8");
  bytes.insert(bytes.size() - 4, "x");
  bytes[names + 4] = 'C';
  expect_refused(resealed(bytes), "expected the checksum, found 1 more bytes");
  FewShotHead twice = small_head();
  twice.labels[1] = twice.labels[0];
  expect_refused(write_head(twice), "expected each label once, found \"Coding\" again");
}

TEST(FewShotHead, FilesAreReplacedInOneStep) {
  const std::string path = testing::TempDir() + "/inlay head test.inlayhead";
  ASSERT_TRUE(save_head(small_head(), path).ok());
  FewShotHead other = small_head();
  other.labels[0] = "Other";
  ASSERT_TRUE(save_head(other, path).ok());
  const auto read = open_head(path);
  ASSERT_TRUE(read.ok()) << read.message();
  EXPECT_EQ(read->labels[0], "Other");
  EXPECT_EQ(save_head(other, path + "/none/head").code(), StatusCode::kNotFound);
  EXPECT_EQ(open_head(path + ".none").code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace inlay::tasks
