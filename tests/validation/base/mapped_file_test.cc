#include "base/mapped_file.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/json.h"

#if !defined(_WIN32)
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace inlay {
namespace {

namespace fs = std::filesystem;

class MappedFileTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) / format("{}_{}", "mapped_file_test", info->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, std::string_view text) const {
    const fs::path path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  fs::path folder_;
};

void expect_error(const std::string& path, StatusCode code, const std::string& message) {
  for (const FileAccess access : {FileAccess::kMap, FileAccess::kCopy}) {
    const auto file = MappedFile::open(path, access);
    ASSERT_FALSE(file.ok()) << path;
    EXPECT_EQ(file.code(), code);
    EXPECT_EQ(file.message(), message);
  }
}

TEST_F(MappedFileTest, MapsAndCopiesTheSameBytes) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += static_cast<char>(i * 31);
  const std::string name = write("schön 日本.bin", text);
  for (const FileAccess access : {FileAccess::kMap, FileAccess::kCopy}) {
    const auto file = MappedFile::open(name, access);
    ASSERT_TRUE(file.ok()) << file.message();
    EXPECT_EQ((*file)->mapped(), access == FileAccess::kMap);
    EXPECT_EQ((*file)->path(), name);
    EXPECT_EQ((*file)->text(), text);
  }
}

TEST_F(MappedFileTest, CopyDoesNotSeeLaterChanges) {
  const std::string name = write("f", "before");
  const auto file = MappedFile::open(name, FileAccess::kCopy);
  write("f", "x");
  ASSERT_TRUE(file.ok());
  EXPECT_EQ((*file)->text(), "before");
}

TEST_F(MappedFileTest, EmptyFileIsAnEmptySpan) {
  const std::string name = write("empty", "");
  for (const FileAccess access : {FileAccess::kMap, FileAccess::kCopy}) {
    const auto file = MappedFile::open(name, access);
    ASSERT_TRUE(file.ok());
    EXPECT_TRUE((*file)->bytes().empty());
    (*file)->release_pages((*file)->bytes().data(), 0);
    (*file)->prefetch((*file)->bytes().data(), 0);
  }
}

TEST_F(MappedFileTest, HintsKeepTheContents) {
  const std::string text(70'000, 'x');
  const auto file = MappedFile::open(write("f", text));
  ASSERT_TRUE(file.ok());
  const std::byte* data = (*file)->bytes().data();
  for (const size_t begin : {0, 1, 4096, 69'999}) {
    (*file)->prefetch(data + begin, text.size() - begin);
    (*file)->release_pages(data + begin, text.size() - begin);
    (*file)->release_pages(data + begin, 1);
    EXPECT_EQ((*file)->text(), text);
  }
}

TEST_F(MappedFileTest, ErrorsAreDistinctAndNameThePath) {
  expect_error(path("none"), StatusCode::kNotFound,
               path("none") + ": expected a file, found none there");
  expect_error(folder_.string(), StatusCode::kInvalidArgument,
               folder_.string() + ": expected a file, found a directory");
  expect_error("", StatusCode::kInvalidArgument,
               "expected the path of a file, found an empty text");
  expect_error("a\xff", StatusCode::kInvalidArgument,
               "\"a\\xff\": expected a path in UTF-8, found byte 1 that is not");
  expect_error(std::string("a\0b", 3), StatusCode::kInvalidArgument,
               "\"a\\x00b\": expected a path without NUL characters");
  expect_error("no\nsuch", StatusCode::kNotFound,
               "\"no\\x0asuch\": expected a file, found none there");
}

#if !defined(_WIN32)
TEST_F(MappedFileTest, PipesAndDevicesAreNoFiles) {
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  const std::string found = ": expected a regular file, found a pipe, socket or device";
  expect_error(path("pipe"), StatusCode::kInvalidArgument, path("pipe") + found);
  expect_error("/dev/null", StatusCode::kInvalidArgument, "/dev/null" + found);
}

TEST_F(MappedFileTest, UnreadableFileIsAnIoError) {
  if (geteuid() == 0) GTEST_SKIP() << "the superuser may read everything";
  const std::string name = write("secret", "x");
  fs::permissions(name, fs::perms::none);
  expect_error(name, StatusCode::kIo, name + ": cannot open the file: permission denied");
}

TEST_F(MappedFileTest, TooLongPathIsItsOwnError) {
  const std::string name = "/" + std::string(5000, 'x');
  expect_error(name, StatusCode::kInvalidArgument,
               name + ": cannot open the file: the path is too long");
}
#endif

TEST_F(MappedFileTest, JsonErrorsNameTheFile) {
  const std::string name = write("config.json", "{\"a\": }");
  EXPECT_EQ(json::parse_file(name).message(), name + ": byte 6: expected a value, found \"}\"");
  const std::string good = write("good.json", "{\"a\": [1, \"x\"]}");
  auto document = json::parse_file(good);
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(*document->root().at("a").at(1).string(), "x");
  EXPECT_EQ(json::parse_file(path("none")).code(), StatusCode::kNotFound);
}

TEST(Block, IsAlignedAndWritable) {
  for (const size_t size : {size_t{1}, size_t{63}, size_t{4096}, Block::kLargeBytes - 1,
                            Block::kLargeBytes, Block::kLargeBytes + 1, size_t{9} << 20}) {
    auto block = Block::allocate(size);
    ASSERT_TRUE(block.ok());
    EXPECT_EQ(block->size(), size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block->data()) % Block::kAlignment, 0u);
#if !defined(_WIN32)
    if (size >= Block::kLargeBytes) {
      EXPECT_EQ(reinterpret_cast<uintptr_t>(block->data()) % Block::kLargeAlignment, 0u);
    }
#endif
    block->data()[0] = std::byte{1};
    block->data()[size - 1] = std::byte{2};
  }
}

TEST(Block, EmptyAndMoved) {
  auto empty = Block::allocate(0);
  ASSERT_TRUE(empty.ok());
  EXPECT_EQ(empty->data(), nullptr);
  Block first = std::move(Block::allocate(100)).value();
  const std::byte* data = first.data();
  Block second = std::move(first);
  EXPECT_EQ(second.data(), data);
  EXPECT_EQ(first.data(), nullptr);
  second = std::move(Block::allocate(5 << 20)).value();
  EXPECT_EQ(second.size(), size_t{5} << 20);
  second = Block();
  EXPECT_EQ(second.data(), nullptr);
}

TEST(Block, TooMuchIsAnError) {
  for (const size_t size : {SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / 4 - 100, size_t{1} << 60}) {
    const auto block = Block::allocate(size);
    ASSERT_FALSE(block.ok());
    EXPECT_EQ(block.code(), StatusCode::kOutOfMemory);
    EXPECT_EQ(block.message(), format("cannot allocate {} bytes of memory", size));
  }
}

}  // namespace
}  // namespace inlay
