#include "base/utf8.h"

#include <gtest/gtest.h>

namespace inlay {
namespace {

TEST(Utf8, ScalarValuesReadBack) {
  int wrong = 0;
  for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 13) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string text;
    utf8_append(text, c);
    wrong += utf8_sequence_length(text) != text.size() || utf8_decode(text, text.size()) != c;
    text.pop_back();
    wrong += utf8_sequence_length(text) != 0;
  }
  EXPECT_EQ(wrong, 0);
}

// Every sequence of up to three bytes against the table of RFC 3629, section 4.
TEST(Utf8, RefusesEverythingElse) {
  const auto in = [](int byte, int low, int high) { return byte >= low && byte <= high; };
  const auto expected = [&](int a, int b, int c) -> size_t {
    if (a < 0x80) return 1;
    const bool b_tail = in(b, 0x80, 0xBF), c_tail = in(c, 0x80, 0xBF);
    if (in(a, 0xC2, 0xDF)) return b_tail ? 2 : 0;
    if (a == 0xE0) return in(b, 0xA0, 0xBF) && c_tail ? 3 : 0;
    if (a == 0xED) return in(b, 0x80, 0x9F) && c_tail ? 3 : 0;
    if (in(a, 0xE1, 0xEF)) return b_tail && c_tail ? 3 : 0;
    return 0;  // four bytes are needed
  };
  int wrong = 0;
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      for (const int c : {0x00, 0x7F, 0x80, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF}) {
        const char text[] = {static_cast<char>(a), static_cast<char>(b), static_cast<char>(c)};
        wrong += utf8_sequence_length({text, 3}) != expected(a, b, c);
      }
    }
  }
  EXPECT_EQ(wrong, 0);
}

TEST(Utf8, FourBytesEndAt10FFFF) {
  EXPECT_EQ(utf8_sequence_length("\xF4\x8F\xBF\xBF"), 4u);
  EXPECT_EQ(utf8_sequence_length("\xF4\x90\x80\x80"), 0u);
  EXPECT_EQ(utf8_sequence_length("\xF0\x8F\xBF\xBF"), 0u);
  EXPECT_EQ(utf8_sequence_length("\xF5\x80\x80\x80"), 0u);
}

TEST(Utf8, ErrorIsTheFirstBrokenByte) {
  EXPECT_EQ(utf8_error("schön 日本 😀"), std::string_view::npos);
  EXPECT_EQ(utf8_error("ab\xff"), 2u);
  EXPECT_EQ(utf8_error("日\xE6\x97"), 3u);
  EXPECT_EQ(utf8_error(""), std::string_view::npos);
}

}  // namespace
}  // namespace inlay
