#include "base/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/json_writer.h"

namespace inlay::json {
namespace {

Document parsed(std::string_view text) {
  auto document = parse(text, "t");
  EXPECT_TRUE(document.ok()) << document.message() << " in " << text;
  return document.ok() ? std::move(document).value() : std::move(parse("null", "t")).value();
}

std::string error_of(std::string_view text) {
  auto document = parse(text, "t");
  EXPECT_FALSE(document.ok()) << text;
  EXPECT_EQ(document.code(), StatusCode::kCorrupt);
  return std::string(document.message());
}

template <class T>
std::string message(const Result<T>& result) {
  return std::string(result.message());
}

// Writes what was read: shows that nothing was lost or moved.
void write(Writer& writer, const Value& value) {
  switch (value.kind()) {
    case Kind::kNull: writer.value(nullptr); break;
    case Kind::kBool: writer.value(*value.boolean()); break;
    case Kind::kInteger: writer.value(*value.integer()); break;
    case Kind::kNumber: writer.value(*value.number()); break;
    case Kind::kString: writer.value(*value.string()); break;
    case Kind::kArray:
      writer.begin_array();
      for (const Value element : value.elements()) write(writer, element);
      writer.end_array();
      break;
    case Kind::kObject:
      writer.begin_object();
      for (const auto [key, member] : value.members()) write(writer.key(key), member);
      writer.end_object();
  }
}

std::string rewritten(std::string_view text) {
  const Document document = parsed(text);
  Writer writer;
  write(writer, document.root());
  return std::move(writer).text();
}

constexpr std::string_view kSample =
    R"({"a":[1,-2,3.5,"x\u00e9\n",true,false,null],"schön":{"":[],"o":{}},"long":"0123456789abcdef"})";

TEST(Json, ReadsWhatItWrote) {
  EXPECT_EQ(rewritten(kSample),
            "{\"a\":[1,-2,3.5,\"xé\\n\",true,false,null],\"schön\":{\"\":[],\"o\":{}},"
            "\"long\":\"0123456789abcdef\"}");
  EXPECT_EQ(rewritten(" \t\r\n[ 1 , { \"a\" : 2 } ] \n"), "[1,{\"a\":2}]");
  EXPECT_EQ(rewritten("\"alone\""), "\"alone\"");
}

TEST(Json, EveryPrefixOfASampleIsAnError) {
  for (size_t size = 0; size < kSample.size(); ++size) {
    const auto document = parse(kSample.substr(0, size), "t");
    EXPECT_FALSE(document.ok()) << size;
    EXPECT_EQ(document.message().find('\n'), std::string_view::npos);
  }
}

TEST(Json, EveryBrokenByteOfASampleIsSafe) {
  for (size_t at = 0; at < kSample.size(); ++at) {
    for (const char c : {'\0', '"', '\\', '{', ']', ',', '\x80', '\xff', '9', 'e'}) {
      std::string text(kSample);
      text[at] = c;
      auto document = parse(text, "t");
      if (!document.ok()) continue;
      Writer writer;
      write(writer, document->root());
      EXPECT_TRUE(parse(writer.text(), "again").ok()) << text;
    }
  }
}

TEST(Json, LooksUpMembersAndElements) {
  const Document document = parsed(R"({"a":{"b":[10,20,[30]]},"a":{"b":[11,21,[31]]}})");
  const Value root = document.root();
  EXPECT_EQ(*root.at("a").at("b").at(1).integer(), 21) << "the last of repeated keys";
  EXPECT_EQ(*root.at("a").at("b").at(2).at(size_t{0}).integer(), 31);
  EXPECT_EQ(root.size(), 2u);
  EXPECT_EQ(root.at("a").at("b").size(), 3u);
  EXPECT_EQ(root.at("a").at("b").at(2).at(size_t{0}).path(), "$.a.b[2][0]");
}

TEST(Json, MissingValuesAnswerWithTheirPath) {
  const Document document = parsed(R"({"model":{"type":"BERT","odd key":[1]}})");
  const Value model = document.root().at("model");
  EXPECT_FALSE(model.at("vocab").exists());
  EXPECT_TRUE(model.at("vocab").is_null());
  EXPECT_EQ(message(model.at("vocab").integer()),
            "t: $.model.vocab: expected an integer, found nothing");
  EXPECT_EQ(message(model.at("vocab").at("deeper").string()),
            "t: $.model.vocab: expected a string, found nothing");
  EXPECT_EQ(message(model.at("odd key").at(7).number()),
            "t: $.model[\"odd key\"][7]: expected a number, found nothing");
  EXPECT_EQ(message(model.at("type").integer()),
            "t: $.model.type: expected an integer, found a string");
  EXPECT_EQ(message(model.at("type").at("x").boolean()),
            "t: $.model.type.x: expected a boolean, found nothing");
  EXPECT_EQ(message(Value().string()), "expected a string, found nothing");
  EXPECT_EQ(model.error("no tokens").message(), "t: $.model: no tokens");
}

TEST(Json, DefaultsStandForMissingAndNullOnly) {
  const Document document = parsed(R"({"n":null,"s":"x","i":5,"d":2.5,"b":true})");
  const Value root = document.root();
  EXPECT_EQ(*root.at("n").integer_or(3), 3);
  EXPECT_EQ(*root.at("none").string_or("y"), "y");
  EXPECT_EQ(*root.at("i").integer_or(3), 5);
  EXPECT_EQ(*root.at("d").number_or(0), 2.5);
  EXPECT_EQ(*root.at("b").boolean_or(false), true);
  EXPECT_FALSE(root.at("s").integer_or(3).ok());
  EXPECT_TRUE(root.at("i").expect(Kind::kNumber).ok());
  EXPECT_FALSE(root.at("d").expect(Kind::kInteger).ok());
  EXPECT_FALSE(root.at("none").expect(Kind::kNull).ok());
}

TEST(Json, RangesOfOtherKindsAreEmpty) {
  const Document document = parsed(R"([1])");
  EXPECT_EQ(document.root().members().begin(), document.root().members().end());
  EXPECT_EQ(document.root().at(size_t{0}).elements().begin(),
            document.root().at(size_t{0}).elements().end());
  EXPECT_EQ(Value().members().begin(), Value().members().end());
}

TEST(Json, Integers) {
  const auto integer = [](std::string_view text) { return parsed(text).root().integer(); };
  EXPECT_EQ(*integer("0"), 0);
  EXPECT_EQ(*integer("-7"), -7);
  EXPECT_EQ(*integer("3.0"), 3);
  EXPECT_EQ(*integer("1e3"), 1000);
  EXPECT_EQ(*integer("999999999999999999"), 999999999999999999);
  EXPECT_EQ(*integer("9223372036854775807"), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(*integer("-9223372036854775808"), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(message(integer("9223372036854775808")),
            "t: $: expected an integer of 64 bits, found 9223372036854775808");
  EXPECT_FALSE(integer("1.5").ok());
  EXPECT_FALSE(integer("1e30").ok());
  EXPECT_FALSE(integer("1000000000000000019884624838656").ok());
}

TEST(Json, Numbers) {
  const auto number = [](std::string_view text) { return *parsed(text).root().number(); };
  EXPECT_EQ(number("1000000000000000019884624838656"), 1e30);
  EXPECT_EQ(number("0.1"), 0.1);
  EXPECT_EQ(number("-1.25E-2"), -0.0125);
  EXPECT_EQ(number("1.7976931348623157e308"), std::numeric_limits<double>::max());
  EXPECT_TRUE(std::signbit(number("-0")));
  EXPECT_TRUE(std::signbit(number("-0.0")));
  EXPECT_EQ(number("1e-999"), 0.0);
  EXPECT_EQ(number("0." + std::string(400, '0') + "1"), 0.0);
  EXPECT_EQ(number("0e999999999999999999999"), 0.0);
  EXPECT_EQ(error_of("1e999"), "t: byte 0: expected a number of at most 1.8e308, found \"1\"");
  EXPECT_NE(error_of("-0.0001e400"), "");
  EXPECT_NE(error_of(std::string(400, '9')), "");
}

TEST(Json, Strings) {
  const auto string = [](std::string_view text) {
    const Document document = parsed(text);
    return std::string(*document.root().string());
  };
  EXPECT_EQ(string(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(string(R"("\u0041\u20AC\ud83d\ude00!")"), "A€😀!");
  EXPECT_EQ(string(R"("\u0000")"), std::string(1, '\0'));
  EXPECT_EQ(string("\"日本語 and more ascii text\""), "日本語 and more ascii text");
  EXPECT_EQ(string("\"\x7f\""), "\x7f");
  for (int length = 0; length < 40; ++length) {  // around the eight-byte steps
    const std::string plain(static_cast<size_t>(length), 'x');
    EXPECT_EQ(string("\"" + plain + "\""), plain);
    EXPECT_EQ(string("\"" + plain + "\\n" + plain + "ß\""), plain + "\n" + plain + "ß");
  }
}

TEST(Json, ErrorsNameByteExpectedAndFound) {
  EXPECT_EQ(error_of(""), "t: byte 0: expected a value, found the end of the text");
  EXPECT_EQ(error_of("{\"a\":1,}"), "t: byte 7: expected a key in quotes, found \"}\"");
  EXPECT_EQ(error_of("[1 2]"), "t: byte 3: expected ',' or ']', found \"2\"");
  EXPECT_EQ(error_of("{\"a\" 1}"), "t: byte 5: expected ':', found \"1\"");
  EXPECT_EQ(error_of("{\"a\":1"), "t: byte 6: expected ',' or '}', found the end of the text");
  EXPECT_EQ(error_of("1 x"), "t: byte 2: expected the end of the text, found \"x\"");
  EXPECT_EQ(error_of("[\"\xff\"]"), "t: byte 2: expected UTF-8, found \"\\xff\"");
  EXPECT_EQ(error_of("[\"a\nb\"]"),
            "t: byte 3: expected a character or an escape, found \"\\x0a\"");
  EXPECT_EQ(error_of("\"\\ud83dx\""), "t: byte 1: expected a pair of surrogates, found \"\\\\\"");
  EXPECT_EQ(error_of("ä"), "t: byte 0: expected a value, found \"ä\"");
}

TEST(Json, RefusesWhatTheGrammarDoesNotHave) {
  for (const char* text : {"nul",
                           "True",
                           "NaN",
                           "Infinity",
                           "-",
                           "+1",
                           "01",
                           "-01",
                           "1.",
                           ".5",
                           "1e",
                           "1e+",
                           "0x1",
                           "'a'",
                           "[1,]",
                           "[,]",
                           "{,}",
                           "{1:2}",
                           "{\"a\"}",
                           "[1}",
                           "{\"a\":1]",
                           "\"",
                           "\"\\",
                           "\"\\x\"",
                           "\"\\u12",
                           "\"\\u12g4\"",
                           "\"\\udc00\"",
                           "\"\\ud800\\ud800\"",
                           "\"\\ud800\\u\"",
                           "// c\n1",
                           "1,",
                           "\xEF\xBB\xBF"
                           "1",
                           "\"\xC0\x80\"",
                           "\"\xED\xA0\x80\"",
                           "\"\xF5\x80\x80\x80\"",
                           "\"\xE2\x82\"",
                           "nulll"}) {
    EXPECT_NE(error_of(text), "") << text;
  }
}

TEST(Json, DepthIsAtMost128) {
  const auto nested = [](size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_TRUE(parse(nested(128), "t").ok());
  EXPECT_EQ(error_of(nested(129)), "t: byte 128: expected at most 128 levels, found \"[\"");
  EXPECT_NE(error_of(std::string(1'000'000, '[')), "");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_NE(error_of(objects), "");
}

TEST(Json, DocumentMovesAndKeepsItsValues) {
  Document first = parsed(R"({"key":"some text that is long enough to move"})");
  const Value value = first.root().at("key");
  const Document second = std::move(first);
  EXPECT_EQ(*value.string(), "some text that is long enough to move");
  EXPECT_EQ(second.source(), "t");
}

TEST(Json, InPlaceKeepsTheOwnerAndDoesNotCopy) {
  auto text = std::make_shared<const std::string>(R"(["plain","\u0041"])");
  const std::weak_ptr<const std::string> watch = text;
  {
    auto document = parse_in_place(*text, text, "t");
    ASSERT_TRUE(document.ok());
    const std::string_view plain = *document->root().at(size_t{0}).string();
    EXPECT_EQ(plain.data(), text->data() + 2);
    text.reset();
    EXPECT_FALSE(watch.expired());
    EXPECT_EQ(*document->root().at(1).string(), "A");
  }
  EXPECT_TRUE(watch.expired());
}

TEST(JsonWriter, WritesEveryKind) {
  Writer json;
  json.begin_object()
      .member("s", "a\"b\\c\x01\x1f/")
      .member("b", true)
      .member("i", -5)
      .member("u", std::numeric_limits<uint64_t>::max())
      .member("f", 0.1f)
      .member("d", 0.1)
      .member("n", nullptr)
      .key("a")
      .array(std::vector<float>{1, 0.5f})
      .key("e")
      .begin_array()
      .end_array()
      .key("r")
      .raw("[1]")
      .end_object();
  EXPECT_EQ(
      json.text(),
      R"({"s":"a\"b\\c\u0001\u001f/","b":true,"i":-5,"u":18446744073709551615,"f":0.1,"d":0.1,)"
      R"("n":null,"a":[1,0.5],"e":[],"r":[1]})");
}

TEST(JsonWriter, NonFiniteNumbersAndBrokenTextStayJson) {
  Writer json;
  json.begin_array()
      .value(std::numeric_limits<double>::quiet_NaN())
      .value(-std::numeric_limits<float>::infinity())
      .value("\xff\xe2\x82")
      .end_array();
  EXPECT_EQ(json.text(), "[null,null,\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"]");
}

TEST(JsonWriter, DoublesReadBackAsTheSameValue) {
  for (const double number : {0.0, 1e-310, 1.0 / 3, 1e300, 123456789012345680.0, -5e-324}) {
    Writer json;
    json.value(number);
    EXPECT_EQ(*parsed(json.text()).root().number(), number);
  }
}

}  // namespace
}  // namespace inlay::json
