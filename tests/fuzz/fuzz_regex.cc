// A pattern of any bytes compiles or fails with one line, and finds matches within the text, where
// characters begin and end; as a pattern of RE2 it matches the whole text or nothing. The input is the pattern, then
// a byte 0, then the text.
#include "base/utf8.h"
#include "fuzz_target.h"
#include "unicode/regex.h"

namespace {

using inlay::unicode::Regex;

constexpr std::string_view kText = "aAb1 \u00e9\u00df\u6f22e\u0301 SS\r\n\n  x";
constexpr size_t kMostSteps = 20000;

bool is_boundary(std::string_view text, size_t at) {
  return at == text.size() || (text[at] & 0xC0) != 0x80;
}

// Follows the matches to the end of the text, as a tokenizer does.
void find_all(const Regex& regex, std::string_view text) {
  Regex::Matcher matcher(regex, text, kMostSteps);
  for (size_t from = 0; from <= text.size();) {
    size_t begin = 0, end = 0;
    const auto found = matcher.search(from, begin, end);
    if (!found.ok()) {
      INLAY_FUZZ_CHECK(found.message().find('\n') == std::string_view::npos);
      return;
    }
    if (!*found) return;
    INLAY_FUZZ_CHECK(begin <= end && end <= text.size());
    INLAY_FUZZ_CHECK(is_boundary(text, begin) && is_boundary(text, end));
    from = end > from ? end : from + 1;
    while (from < text.size() && !is_boundary(text, from)) ++from;
  }
}

void match_whole(const Regex& regex, std::string_view text) {
  size_t begin = 0, end = 0;
  const auto found = Regex::Matcher(regex, text, kMostSteps).search(0, begin, end);
  if (!found.ok()) INLAY_FUZZ_CHECK(found.message().find('\n') == std::string_view::npos);
  if (found.ok() && *found) INLAY_FUZZ_CHECK(begin == 0 && end == text.size());
}

template <class Follow>
void follow(const inlay::Result<std::shared_ptr<const Regex>>& regex, std::string_view text,
            Follow&& how) {
  if (regex.ok()) return how(**regex, text);
  INLAY_FUZZ_CHECK(regex.message().find('\n') == std::string_view::npos);
}

}  // namespace

INLAY_FUZZ_TARGET(regex) {
  const size_t end = std::min(input.find('\0'), input.size());
  const std::string_view pattern = input.substr(0, end);
  std::string_view text = end < input.size() ? input.substr(end + 1) : kText;
  text = text.substr(0, std::min(inlay::utf8_error(text), text.size()));
  follow(Regex::compile(pattern), text, find_all);
  follow(Regex::compile_re2_full_match(pattern), text, match_whole);
}
