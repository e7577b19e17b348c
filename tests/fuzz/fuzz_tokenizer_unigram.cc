// Any text through SentencePiece's components: the fused way gives what the general way gives, and
// both refuse the same. The first byte of the input chooses the components.
#include "fuzz_target.h"
#include "three_ways.h"

namespace text = inlay::text;

namespace {

// Of \n, \r, U+1, U+FB01, e U+301, U+A8, U+2026, U+3000 and U+200B, by charsmaps.py.
constexpr std::string_view kCharsmap =
    "AAQAAAAAAAABFQAAAAAAgAIAAIAEAACABQAAgAgAAIALAACADwAAgBUAAIAKIQAAEwAAgAAAAAANOQAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAZZQBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAgRkCAIERAgCACAIA"
    "gBwCAIA9AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACLCQIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAACmuQIAAAAAAKi9AgAAAAAAAAAAAAAAAACssAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAwggDAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAMw0AwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADigAMA44ADAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA77wDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAgACAAAGZpAMOpACDMiAAuLi4AIAAA";

std::string normalizer(unsigned set) {
  std::string all;
  const auto add = [&](bool wanted, const std::string& part) {
    if (wanted) all += (all.empty() ? "" : ", ") + part;
  };
  const auto strip = [](std::string_view left) {
    return inlay::format(R"({{"type": "Strip", "strip_left": {}, "strip_right": true}})", left);
  };
  add(set & 1, strip("true"));
  add(set & 2,
      inlay::format(R"({{"type": "Precompiled", "precompiled_charsmap": "{}"}})", kCharsmap));
  add(set & 4, strip("false"));
  add(set & 8, R"({"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "})");
  return all.empty() ? "null" : R"({"type": "Sequence", "normalizers": [)" + all + "]}";
}

std::string description(unsigned set) {
  constexpr std::string_view kSchemes[] = {"always", "never", "first", "always"};
  const bool splits = set & 16;
  const std::string_view scheme = splits ? kSchemes[set >> 5 & 1] : kSchemes[set >> 5 & 3];
  const std::string metaspace = inlay::format(
      R"({{"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "{}"}})", scheme);
  return inlay::format(
      R"({{"normalizer": {}, "pre_tokenizer": {{"type": "Sequence", "pretokenizers": [{}{}]}},
          "added_tokens": [], "model": {{"type": "Unigram", "unk_id": {}, "vocab": [["u", 0],
          ["\u2581", -3], ["a", -4], ["b", -4.5], ["ab", -8.5], ["\u2581a", -3.5],
          ["\u2581ab", -8], ["ba", -8.4], ["aa", -7.9], ["\u00e9", -8], [".", -3], ["..", -6],
          ["f", -7], ["i", -7], ["fi", -14], ["\u65e5", -9], ["a\u65e5", -12]]}}}})",
      normalizer(set), splits ? R"({"type": "WhitespaceSplit"}, )" : "", metaspace,
      set & 128 ? "null" : "0");
}

}  // namespace

INLAY_FUZZ_TARGET(tokenizer_unigram) {
  if (input.empty()) return;
  const auto tokenizer =
      text::Tokenizer::from_json(description(static_cast<unsigned char>(input[0])), "set");
  INLAY_FUZZ_CHECK(tokenizer.ok() && (*tokenizer)->is_fused());
  text::check_three_ways(**tokenizer, input.substr(1));
}
