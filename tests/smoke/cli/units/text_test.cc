// Texts on their way in and out: columns, quotes, labels, header lines.
#include <gtest/gtest.h>

#include "failure.h"
#include "http.h"
#include "labels.h"
#include "table.h"
#include "text_width.h"

namespace cli {
namespace {

TEST(TextWidth, CountsColumns) {
  EXPECT_EQ(text_columns("abc"), 3);
  EXPECT_EQ(text_columns("日本"), 4);
  EXPECT_EQ(text_columns("e\xcc\x81"), 1);  // e and a combining acute
  EXPECT_EQ(fit_columns("abcdef", 4), "abc…");
  EXPECT_EQ(fit_columns("日本語", 4), "日…");
  EXPECT_EQ(fit_columns("abcd", 4), "abcd");
}

TEST(TextWidth, KnowsWhatIsNotUtf8) {
  for (const char* text :
       {"\xff", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    EXPECT_FALSE(next_code_point(text).valid) << text;
  }
  EXPECT_EQ(next_code_point("\xf0\x9f\x98\x80").value, 0x1f600u);
  EXPECT_EQ(printable("a\x1b[31m\xff"), "a\xef\xbf\xbd[31m\xef\xbf\xbd");
  EXPECT_EQ(quote("a\"\n\xff"), "\"a\"\\x0a\\xff\"");
  EXPECT_EQ(quote("abcdef", 3), "\"abc…\"");
}

TEST(Bar, FillsInEighths) {
  EXPECT_EQ(bar(0, 2), "  ");
  EXPECT_EQ(bar(0.5, 2), "█ ");
  EXPECT_EQ(bar(0.25, 1), "▎");
  EXPECT_EQ(bar(7, 2), "██");
}

TEST(Labels, LinesAndDescriptions) {
  const auto labels = parse_labels_file(
      "\xef\xbb\xbf# note\nCoding\twriting code\r\nMail\n\nCoding\tan editor\n", "f");
  ASSERT_EQ(labels.size(), 2u);
  EXPECT_EQ(labels[0].name, "Coding");
  EXPECT_EQ(labels[0].descriptions, (std::vector<std::string>{"writing code", "an editor"}));
  EXPECT_TRUE(labels[1].descriptions.empty());
  EXPECT_EQ(parse_labels(" a, b c,,d").size(), 3u);
  EXPECT_THROW(parse_labels(","), Failure);
  EXPECT_THROW(parse_labels("a,a"), Failure);
}

TEST(HttpHeader, TakesWhatResumingNeeds) {
  HttpReply reply;
  read_http_header("ETAG: \"abc\"\r\n", reply);
  read_http_header("Last-Modified: yesterday\r\n", reply);
  read_http_header("content-range: bytes 100-199/200\r\n", reply);
  EXPECT_EQ(reply.validator, "\"abc\"");
  EXPECT_EQ(reply.range_begin, 100);
  HttpReply weak;
  read_http_header("ETag: W/\"abc\"", weak);
  EXPECT_EQ(weak.validator, "");
}

}  // namespace
}  // namespace cli
