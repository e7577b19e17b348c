#include "npy.h"

#include <gtest/gtest.h>

#include <cstring>

#include "failure.h"

namespace cli {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

TEST(Npy, ReadsWhatItWrites) {
  constexpr inlay_dtype kTypes[] = {INLAY_DTYPE_FLOAT32, INLAY_DTYPE_UINT8,  INLAY_DTYPE_INT8,
                                    INLAY_DTYPE_UINT16,  INLAY_DTYPE_INT16,  INLAY_DTYPE_INT32,
                                    INLAY_DTYPE_INT64,   INLAY_DTYPE_BOOL,   INLAY_DTYPE_FLOAT16,
                                    INLAY_DTYPE_FLOAT64, INLAY_DTYPE_UINT32, INLAY_DTYPE_UINT64};
  const std::vector<std::vector<int64_t>> shapes = {{},     {0},       {5},
                                                    {2, 3}, {1, 0, 7}, std::vector<int64_t>(30, 1)};
  for (const inlay_dtype dtype : kTypes) {
    for (const std::vector<int64_t>& shape : shapes) {
      const Array made = make_array(dtype, shape, "test");
      std::string file = npy_header(dtype, shape);
      EXPECT_EQ(file.size() % 64, 0u);
      file.append(made.data.size(), '\x07');
      const Array read = read_npy(bytes_of(file), "test");
      EXPECT_EQ(read.dtype, dtype);
      EXPECT_EQ(read.shape, shape);
      EXPECT_EQ(read.data.size(), made.data.size());
      EXPECT_THROW(read_npy(bytes_of(file + "x"), "test"), Failure);
    }
  }
}

TEST(Npy, ReadsBfloat16AsMlDtypesWritesIt) {
  std::string file = npy_header(INLAY_DTYPE_UINT16, std::vector<int64_t>{1}) + "\x80\x3f";
  file.replace(file.find("<u2"), 3, "<V2");
  EXPECT_EQ(read_npy(bytes_of(file), "test").dtype, INLAY_DTYPE_BFLOAT16);
  EXPECT_FALSE(npy_has(INLAY_DTYPE_BFLOAT16));
}

TEST(Npy, SwapsBigEndian) {
  std::string file =
      npy_header(INLAY_DTYPE_UINT32, std::vector<int64_t>{1}) + std::string("\x01\x02\x03\x04", 4);
  file.replace(file.find("<u4"), 3, ">u4");
  uint32_t value = 0;
  memcpy(&value, read_npy(bytes_of(file), "test").data.data(), 4);
  EXPECT_EQ(value, 0x01020304u);
}

// Whatever a byte is changed to, there is an array or a Failure.
TEST(Npy, DamagedFilesAreRefused) {
  const std::string good =
      npy_header(INLAY_DTYPE_FLOAT32, std::vector<int64_t>{2, 3}) + std::string(24, 'x');
  for (size_t i = 0; i < good.size(); ++i) {
    for (const char c : {'\0', '\xff', '9', '(', ',', '\''}) {
      std::string damaged = good;
      damaged[i] = c;
      try {
        read_npy(bytes_of(damaged), "test");
      } catch (const Failure&) {
      }
    }
    EXPECT_THROW(read_npy(bytes_of(good).first(i), "test"), Failure);
  }
}

TEST(ElementCount, KnowsWhatDoesNotFit) {
  const int64_t huge[] = {int64_t{1} << 40, int64_t{1} << 40}, negative[] = {2, -1};
  const int64_t empty[] = {int64_t{1} << 62, int64_t{1} << 62, 0};
  EXPECT_EQ(element_count(huge, 2), -1);
  EXPECT_EQ(element_count(negative, 2), -1);
  EXPECT_EQ(element_count(empty, 3), 0);
  EXPECT_EQ(element_count(nullptr, 0), 1);
}

}  // namespace
}  // namespace cli
