#include "json.h"

#include <gtest/gtest.h>

#include <limits>

#include "failure.h"

namespace cli {
namespace {

std::string again(std::string_view text) { return write_json(parse_json(text, "test")); }

std::string error_of(std::string_view text) {
  try {
    parse_json(text, "test");
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "";
}

TEST(Json, ReadsAndWrites) {
  EXPECT_EQ(again(" { \"a\" : [ 1 , -2.50 , 1e9, true, false, null ] ,\n\"b\":{} } "),
            "{\"a\":[1,-2.50,1e9,true,false,null],\"b\":{}}");
  EXPECT_EQ(again(R"("\u00e9\ud83d\ude00\n\t\"\\\/\u0001")"), "\"é😀\\n\\t\\\"\\\\/\\u0001\"");
  EXPECT_EQ(again("[[],[[]]]"), "[[],[[]]]");
}

TEST(Json, SaysWhereItIsWrong) {
  EXPECT_EQ(error_of("[1, }"), "test: byte 4: expected a value, found \"}\"");
  EXPECT_EQ(error_of("{\"a\" 1}"), "test: byte 5: expected \":\", found \"1}\"");
  EXPECT_EQ(error_of("[1] x"), "test: byte 4: expected the end, found \"x\"");
  EXPECT_EQ(error_of("\"a"), "test: byte 2: expected the end of a string, found the end");
  for (const char* text :
       {"", "nul", "nan", "-", "+1", "[1", "{", "{\"a\":}", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"",
        "\"\\ud800\\u0041\"", "\"\n\"", "Infinity"}) {
    EXPECT_NE(error_of(text), "") << text;
  }
  EXPECT_NE(error_of(std::string(100000, '[')), "");
}

TEST(Json, LinesStayUtf8) {
  JsonLine line;
  line.begin_array()
      .string(
          "a\xff"
          "b")
      .number(0.1f)
      .number(std::numeric_limits<float>::quiet_NaN());
  EXPECT_EQ(line.number(1e-40f).integer(-5).end_array().text(),
            "[\"a\xef\xbf\xbd"
            "b\",0.1,null,1e-40,-5]");
}

}  // namespace
}  // namespace cli
