#include "unicode/normalization.h"

#include <gtest/gtest.h>

#include <string>

namespace inlay::unicode {
namespace {

std::u32string text_of(std::u32string_view text, Form form) {
  std::vector<Mapped> mapped;
  normalize(text, form, mapped);
  std::u32string out;
  for (const Mapped& m : mapped) out += m.c;
  return out;
}

std::vector<int32_t> changes_of(std::u32string_view text, Form form) {
  std::vector<Mapped> mapped;
  normalize(text, form, mapped);
  std::vector<int32_t> out;
  for (const Mapped& m : mapped) out.push_back(m.change);
  return out;
}

TEST(Normalization, DecomposesAndOrdersMarks) {
  EXPECT_EQ(text_of(U"\u00e9", Form::kNfd), U"e\u0301");
  EXPECT_EQ(text_of(U"\u1e69", Form::kNfd), U"s\u0323\u0307");
  EXPECT_EQ(text_of(U"q\u0307\u0323", Form::kNfd), U"q\u0323\u0307");
  EXPECT_EQ(text_of(U"\u0307\u0323", Form::kNfd), U"\u0323\u0307");
  EXPECT_EQ(text_of(U"\ufb01", Form::kNfd), U"\ufb01");
  EXPECT_EQ(text_of(U"\ufb01", Form::kNfkd), U"fi");
  EXPECT_EQ(text_of(U"", Form::kNfkd), U"");
}

TEST(Normalization, Composes) {
  EXPECT_EQ(text_of(U"s\u0323\u0307", Form::kNfc), U"\u1e69");
  EXPECT_EQ(text_of(U"s\u0307\u0323", Form::kNfc), U"\u1e69");
  EXPECT_EQ(text_of(U"\u0958", Form::kNfc), U"\u0915\u093c");  // excluded from composition
  EXPECT_EQ(text_of(U"a\u0323\u0304\u0301", Form::kNfc), U"\u1ea1\u0304\u0301");
  EXPECT_EQ(text_of(U"\u0301a", Form::kNfc), U"\u0301a");
  EXPECT_EQ(text_of(U"\u212b", Form::kNfkc), U"\u00c5");
}

TEST(Normalization, HangulIsArithmetic) {
  EXPECT_EQ(text_of(U"\ud55c\uac00", Form::kNfd), U"\u1112\u1161\u11ab\u1100\u1161");
  EXPECT_EQ(text_of(U"\u1112\u1161\u11ab\u1100\u1161", Form::kNfc), U"\ud55c\uac00");
  EXPECT_EQ(text_of(U"\uac00\u11a7", Form::kNfc), U"\uac00\u11a7");
  for (char32_t syllable = 0xAC00; syllable <= 0xD7A3; ++syllable) {
    const std::u32string one(1, syllable);
    ASSERT_EQ(text_of(text_of(one, Form::kNfd), Form::kNfc), one);
  }
}

TEST(Normalization, ChangesSayWhereCharactersCameFrom) {
  EXPECT_EQ(changes_of(U"\u00e9x", Form::kNfd), (std::vector<int32_t>{0, 1, 0}));
  EXPECT_EQ(changes_of(U"e\u0301x", Form::kNfc), (std::vector<int32_t>{-1, 0}));
  EXPECT_EQ(changes_of(U"s\u0307\u0323", Form::kNfc), (std::vector<int32_t>{-2}));
  EXPECT_EQ(changes_of(U"\ufdfa", Form::kNfkd).size(), size_t{kMaxDecomposition});
}

// Of code points that are far from each other in kind, some: the test takes its time under sanitizers.
TEST(Normalization, IsIdempotent) {
  const auto step = [](char32_t c) -> char32_t { return c < 0x600 ? 1 : c < 0x20000 ? 5 : 102; };
  for (char32_t c = 0; c < 0x110000; c += step(c)) {
    if (c >= 0xD800 && c < 0xE000) continue;
    const std::u32string one(1, c);
    for (const Form form : {Form::kNfc, Form::kNfd, Form::kNfkc, Form::kNfkd}) {
      const std::u32string once = text_of(one, form);
      ASSERT_EQ(text_of(once, form), once) << static_cast<uint32_t>(c);
    }
  }
}

}  // namespace
}  // namespace inlay::unicode
