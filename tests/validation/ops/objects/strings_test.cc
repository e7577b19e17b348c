// Operators on strings. The numbers are those of ONNX's own cases, of onnxruntime 1.31.1 and of the specification.
#include <cmath>

#include "ops/objects/object_node.h"

namespace inlay::test {
namespace {

using Attributes = GraphMaker::Attributes;

TEST(StringConcat, BroadcastsAsNumbersDo) {
  const auto concat = [](AnyValue x, AnyValue y) { return eval("StringConcat", {x, y}, {}, 20); };
  EXPECT_EQ(texts(concat(strings({"abc", ""}), strings({"", "abc"}))), (Texts{"abc", "abc"}));
  EXPECT_EQ(texts(concat(strings({}, {"cat"}), strings({}, {"s"}))), Texts{"cats"});
  const auto table = concat(strings({2, 1}, {"a", "b"}), strings({"c", "d"}));
  EXPECT_EQ(texts(table), (Texts{"ac", "ad", "bc", "bd"}));
  EXPECT_EQ(shape_of(table), (Integers{2, 2}));
  EXPECT_EQ(shape_of(concat(strings({0, 1}, {}), strings({"c", "d"}))), (Integers{0, 2}));
  EXPECT_EQ(
      message_of(concat(strings({"a", "b"}), strings({"a", "b", "c"}))),
      "node \"n\" (StringConcat): expected shapes that broadcast, found string [2] and string [3]");
}

TEST(StringConcat, AsksForMemoryFirst) {
  const std::vector<AnyValue> inputs = {strings({1000, 1}, Texts(1000, "a")),
                                        strings(Texts(1000, "b"))};
  const auto made = eval_node({"StringConcat", {}, 20}, inputs, 1 << 20);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.code(), StatusCode::kOutOfMemory);
}

struct Split {
  Texts parts;
  Integers shape, counts;
};
Split split(std::vector<int64_t> shape, Texts input, Attributes attributes) {
  const auto made = eval_node({"StringSplit", std::move(attributes), 20, 2},
                              {strings(std::move(shape), std::move(input))});
  EXPECT_TRUE(made.ok()) << made.message();
  if (!made.ok()) return {};
  return {(*made)[0].tensor()->strings, (*made)[0].tensor()->shape,
          elements_of<int64_t>((*made)[1])};
}

TEST(StringSplit, AtDelimiters) {
  const Split made = split({2}, {"o-n-n--x-", "o-n----nx"}, {{"delimiter", std::string("-")}});
  EXPECT_EQ(made.parts, (Texts{"o", "n", "n", "", "x", "", "o", "n", "", "", "", "nx"}));
  EXPECT_EQ(made.shape, (Integers{2, 6}));
  EXPECT_EQ(made.counts, (Integers{6, 6}));
  EXPECT_EQ(split({1}, {"a--b-c"}, {{"delimiter", std::string("--")}}).parts, (Texts{"a", "b-c"}));
  EXPECT_EQ(split({1}, {"aaa"}, {{"delimiter", std::string("aa")}}).parts, (Texts{"", "a"}));
  const Split once =
      split({1}, {"a,b,,c"}, {{"delimiter", std::string(",")}, {"maxsplit", int64_t{1}}});
  EXPECT_EQ(once.parts, (Texts{"a", "b,,c"}));
}

TEST(StringSplit, AtWhiteSpace) {
  const Split made =
      split({3}, {"hello world !", "  hello   world !", " hello\tworld \u3000 !\n"}, {});
  EXPECT_EQ(made.parts,
            (Texts{"hello", "world", "!", "hello", "world", "!", "hello", "world", "!"}));
  EXPECT_EQ(made.counts, (Integers{3, 3, 3}));
  const Split most = split({2, 2}, {"hello world", "def.net", "o n n x", "the quick brown fox"},
                           {{"maxsplit", int64_t{2}}});
  EXPECT_EQ(most.parts, (Texts{"hello", "world", "", "def.net", "", "", "o", "n", "n x", "the",
                               "quick", "brown fox"}));
  EXPECT_EQ(most.shape, (Integers{2, 2, 3}));
  EXPECT_EQ(most.counts, (Integers{2, 1, 3, 3}));
  EXPECT_EQ(split({1}, {" a  b c "}, {{"maxsplit", int64_t{1}}}).parts, (Texts{"a", "b c"}));
  EXPECT_EQ(split({1}, {" a b "}, {{"maxsplit", int64_t{0}}}).parts, Texts{"a b"});
}

TEST(StringSplit, OfNothingIsNothing) {
  const Split none = split({0}, {}, {});
  EXPECT_EQ(none.shape, (Integers{0, 0}));
  const Split empty = split({2}, {"", "  "}, {});
  EXPECT_EQ(empty.shape, (Integers{2, 0}));
  EXPECT_EQ(empty.counts, (Integers{0, 0}));
  const Split scalar = split({}, {"x y"}, {});
  EXPECT_EQ(scalar.shape, (Integers{2}));
}

TEST(StringNormalizer, RemovesStopWordsAndChangesCase) {
  const Texts stop = {"monday"};
  const auto run = [&](std::vector<int64_t> shape, Texts input, std::string action,
                       int64_t sensitive) {
    return eval("StringNormalizer", {strings(std::move(shape), std::move(input))},
                {{"case_change_action", std::move(action)},
                 {"is_case_sensitive", sensitive},
                 {"stopwords", stop}},
                10);
  };
  EXPECT_EQ(texts(run({3}, {"monday", "Tuesday", "Monday"}, "LOWER", 1)),
            (Texts{"tuesday", "monday"}));
  const auto upper = run({1, 3}, {"Monday", "tuesday", "wednesday"}, "UPPER", 0);
  EXPECT_EQ(texts(upper), (Texts{"TUESDAY", "WEDNESDAY"}));
  EXPECT_EQ(shape_of(upper), (Integers{1, 2}));
  const auto none = run({1, 2}, {"monday", "monday"}, "NONE", 1);
  EXPECT_EQ(texts(none), Texts{""});
  EXPECT_EQ(shape_of(none), (Integers{1, 1}));
  EXPECT_EQ(message_of(run({3, 1}, {"a", "b", "c"}, "NONE", 1)),
            "node \"n\" (StringNormalizer): input 0: expected [C] or [1, C], found string [3, 1]");
  EXPECT_EQ(message_of(run({1}, {"a"}, "TITLE", 1)),
            "node \"n\" (StringNormalizer): case_change_action: expected LOWER, UPPER or NONE, "
            "found \"TITLE\"");
}

TEST(StringNormalizer, CaseIsOneCharacterForOne) {
  const auto change = [](const char* action, Texts input) {
    return texts(eval("StringNormalizer", {strings(std::move(input))},
                      {{"case_change_action", std::string(action)}}, 10));
  };
  EXPECT_EQ(change("UPPER",
                   {"stra\u00DFe", "\u00E9\u00FF", "\u0131\u03C2", "\u01C6\u01C5", "\u2177\u24D0"}),
            (Texts{"STRA\u00DFE", "\u00C9\u0178", "I\u03A3", "\u01C4\u01C4", "\u2167\u24B6"}));
  EXPECT_EQ(change("LOWER", {"\u00C9COLE", "\u03A3", "\u01C5", "a\xFFZ"}),
            (Texts{"\u00E9cole", "\u03C3", "\u01C6", "a\xFFz"}));
}

std::vector<uint8_t> matches(const std::string& pattern, Texts input) {
  const auto made = eval("RegexFullMatch", {strings(std::move(input))}, {{"pattern", pattern}}, 20);
  EXPECT_TRUE(made.ok()) << made.message();
  if (!made.ok()) return {};
  const auto* data = made->tensor()->as<uint8_t>();
  return {data, data + made->tensor()->count()};
}

TEST(RegexFullMatch, AsRe2) {
  using Bits = std::vector<uint8_t>;
  EXPECT_EQ(
      matches(R"(www\.[\w.-]+\.\bcom\b)", {"www.google.com", "www.facebook.com", "www.bbc.co.uk"}),
      (Bits{1, 1, 0}));
  EXPECT_EQ(
      matches(R"((\W|^)[\w.\-]{0,25}@(yahoo|gmail)\.com(\W|$))",
              {"account@gmail.com", "account@hotmail.com", "not email", "account2@yahoo.com"}),
      (Bits{1, 0, 0, 1}));
  EXPECT_EQ(matches("a.c", {"abc", "a\nc", "a\u00E9c", "abcd"}), (Bits{1, 0, 1, 0}));
  EXPECT_EQ(matches("(?i)stra\u00DFe", {"STRASSE", "STRA\u00DFE", "STRA\u1E9EE"}), (Bits{0, 1, 1}));
  EXPECT_EQ(matches("\\d+", {"12", "\u0661\u0662"}), (Bits{1, 0}));
  EXPECT_EQ(matches("a|ab", {"a", "ab", "b"}), (Bits{1, 1, 0}));
  EXPECT_EQ(matches("", {"", "a"}), (Bits{1, 0}));
  EXPECT_EQ(matches("^a$", {"a", "a\n"}), (Bits{1, 0}));
  EXPECT_EQ(matches("(?m)^a$\\n^b$", {"a\nb"}), Bits{1});
  EXPECT_EQ(matches("(?m)a\\n^$", {"a\n"}), Bits{1});
  EXPECT_EQ(matches("a{,2}", {"aa", "a{,2}"}), (Bits{0, 1}));
  EXPECT_EQ(matches("a{2,3}", {"a", "aa", "aaa", "aaaa"}), (Bits{0, 1, 1, 0}));
  EXPECT_EQ(matches("\\Qa.b\\E+", {"a.b", "a.bb", "axb"}), (Bits{1, 0, 0}));
  EXPECT_EQ(matches("(?i)k", {"K", "\u212A"}), (Bits{1, 1}));
  EXPECT_EQ(matches("(?i:a)b", {"Ab", "AB"}), (Bits{1, 0}));
  EXPECT_EQ(matches("(?s).", {"\n"}), Bits{1});
  EXPECT_EQ(matches("[^a]", {"\n", "a"}), (Bits{1, 0}));
  EXPECT_EQ(matches("(?P<n>a)(?<m>b)", {"ab"}), Bits{1});
  EXPECT_EQ(matches("\\x{e9}\\x41\\101\\t", {"\u00E9AA\t"}), Bits{1});
  EXPECT_EQ(matches("[a&&b]+", {"&a"}), Bits{1});
  EXPECT_EQ(matches("[[a]]", {"a]", "a"}), (Bits{1, 0}));
  EXPECT_EQ(matches("[]a]+", {"]a"}), Bits{1});
  EXPECT_EQ(matches("[[:alpha:][:^digit:]]", {"\u00E9", "1"}), (Bits{1, 0}));
  EXPECT_EQ(matches("\\pL\\p{Greek}\\P{L}\\p{^L}", {"\u00E9\u03B1"
                                                    "12"}),
            Bits{1});
  EXPECT_EQ(matches("(?U)a+?b*?", {"aab"}), Bits{1});
  EXPECT_EQ(matches(".*", {"\xFF"}), Bits{0});
}

TEST(RegexFullMatch, RefusesWhatRe2Refuses) {
  const auto refused = [](const std::string& pattern) {
    return message_of(eval("RegexFullMatch", {strings({"a"})}, {{"pattern", pattern}}, 20));
  };
  EXPECT_EQ(refused("(a"), "node \"n\" (RegexFullMatch): pattern: byte 2: expected ')'");
  for (const char* pattern :
       {"a)", "(?=a)a", "(?<!b)a", "(?>a)", "(a)\\1", "a++", "a**", "*a", "a{1001}", "a{2,1}",
        "[b-a]", "[a", "\\", "\\y", "\\xZZ", "\\p{Nonsense}", "(?x)a", "\xFF", "[[:foo:]]"})
    EXPECT_NE(refused(pattern).find("pattern: byte "), std::string::npos) << pattern;
  EXPECT_NE(refused("\\C").find("\\C is not supported"), std::string::npos);
}

TEST(TfIdfVectorizer, CountsWords) {
  const Attributes attributes = {{"pool_strings", Texts{"a", "b", "a", "b", "b", "b"}},
                                 {"ngram_counts", Integers{0, 2}},
                                 {"ngram_indexes", Integers{0, 1, 2, 3}},
                                 {"min_gram_length", int64_t{1}},
                                 {"max_gram_length", int64_t{2}},
                                 {"max_skip_count", int64_t{1}},
                                 {"mode", std::string("TF")}};
  const auto run = [&](AnyValue x) {
    return eval("TfIdfVectorizer", {std::move(x)}, attributes, 9);
  };
  EXPECT_EQ(elements_of<float>(run(strings({"a", "b", "b", "zz", "b"}))), (Reals{1, 3, 2, 2}));
  EXPECT_EQ(shape_of(run(strings({1, 2}, {"a", "b"}))), (Integers{1, 4}));
  EXPECT_EQ(elements_of<float>(run(strings({0}, {}))), (Reals{0, 0, 0, 0}));
}

TEST(Cast, WritesNumbers) {
  const auto to_text = [](AnyValue x) {
    return texts(eval("Cast", {std::move(x)}, {{"to", int64_t{8}}}, 21));
  };
  const float inf = __builtin_inff();
  EXPECT_EQ(to_text(numbers<float>({0, -0.0f, 1, 0.1f, 3.14f, 1e-5f, 1e10f, 123456789.0f, 1e20f,
                                    __builtin_nanf(""), inf, -inf, 65504})),
            (Texts{"0", "-0", "1", "0.1", "3.1400001", "9.9999997e-06", "1e+10", "1.2345679e+08",
                   "1e+20", "NaN", "INF", "-INF", "65504"}));
  EXPECT_EQ(to_text(numbers<double>({3.14, 1e-5})), (Texts{"3.14", "1e-05"}));
  EXPECT_EQ(to_text(numbers<Half>({Half(0.1f)})), Texts{"0.099975586"});
  EXPECT_EQ(to_text(numbers<int8_t>({-5, 7})), (Texts{"-5", "7"}));
  EXPECT_EQ(to_text(numbers<uint64_t>({UINT64_MAX})), Texts{"18446744073709551615"});
  const std::vector<uint8_t> bits = {1, 0};
  EXPECT_EQ(to_text(graph::make_tensor(DType::kBool, {2}, bits)), (Texts{"1", "0"}));
  EXPECT_EQ(to_text(strings({"a"})), Texts{"a"});
}

template <class T>
std::vector<T> read_as(Texts input, int64_t version = 21) {
  return elements_of<T>(eval("Cast", {strings(std::move(input))},
                             {{"to", static_cast<int64_t>(ops::kDType<T>)}}, version));
}

TEST(Cast, ReadsNumbers) {
  const auto reals = read_as<float>({"1", "-2.5", "1e-5", "+3", "INF", "-INF", "inf", "Infinity",
                                     " 4", "5.", "-.5", "1E8", "1e400", "-1e-400"});
  const float inf = __builtin_inff();
  EXPECT_EQ(reals, (Reals{1, -2.5f, 1e-5f, 3, inf, -inf, inf, inf, 4, 5, -0.5f, 1e8f, inf, -0.0f}));
  EXPECT_TRUE(std::isnan(read_as<double>({"NaN"})[0]));
  EXPECT_EQ(read_as<int64_t>({"100.5", "-7", "9223372036854775807", "-9223372036854775808"}),
            (Integers{100, -7, INT64_MAX, INT64_MIN}));
  EXPECT_EQ(read_as<int8_t>({"300", "-1"}), (std::vector<int8_t>{44, -1}));
  EXPECT_EQ(read_as<uint64_t>({"18446744073709551615"}), std::vector<uint64_t>{UINT64_MAX});
  const auto small = eval("Cast", {strings({"1.5", "-2"})}, {{"to", int64_t{17}}}, 21);
  ASSERT_TRUE(small.ok()) << small.message();
  EXPECT_EQ(small->tensor()->dtype, DType::kFloat8e4m3fn);
  EXPECT_EQ(graph::float_elements(*small->tensor()), (std::vector<double>{1.5, -2}));
}

TEST(Cast, RefusesWhatIsNoNumber) {
  const auto refused = [](const char* text, int64_t to) {
    return message_of(eval("Cast", {strings({"1", text})}, {{"to", to}}, 21));
  };
  EXPECT_EQ(refused("abc", 1), "node \"n\" (Cast): element 1: expected a number, found \"abc\"");
  for (const char* text : {"", " ", "1.5x", "--1", "+-1", "0x10", "1_0", "true"}) {
    refused(text, 1);
    refused(text, 6);
  }
  refused("nan", 7);
}

TEST(CastLike, TakesTheTypeOfTheOther) {
  EXPECT_EQ(elements_of<int32_t>(eval("CastLike", {strings({"7"}), numbers<int32_t>({0})}, {}, 21)),
            std::vector<int32_t>{7});
  EXPECT_EQ(texts(eval("CastLike", {numbers<float>({0.5f}), strings({""})}, {}, 21)), Texts{"0.5"});
}

}  // namespace
}  // namespace inlay::test
