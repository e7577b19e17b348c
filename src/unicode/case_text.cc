#include "unicode/case_text.h"

#include "base/utf8.h"
#include "unicode/case.h"
#include "unicode/fold.h"

namespace inlay::unicode {
namespace {

char32_t ascii_upper(char32_t c) { return c >= U'a' && c <= U'z' ? c - 32 : c; }

// The first character that is equal but for case and has a lower case of its own; there is no table of upper case.
char32_t to_upper(char32_t c) {
  if (c < 128) return ascii_upper(c);
  constexpr char32_t kDotlessI = 0x131, kSharpS = 0xDF;
  if (c == kDotlessI) return U'I';
  if (c == kSharpS) return c;  // its capital is only its upper case by rule of spelling
  // Dž, Lj, Nj and Dz, whose second letter is small.
  if (c == 0x1C5 || c == 0x1C8 || c == 0x1CB || c == 0x1F2) return c - 1;
  if (to_lower(c) != c) return c;
  char32_t upper = c;
  for_each_fold_class([&](std::u32string_view members) {
    if (upper != c || members.find(c) == members.npos) return;
    for (const char32_t member : members)
      if (to_lower(member) != member && (upper == c || member < upper)) upper = member;
  });
  return upper;
}

template <class Change>
std::string changed(std::string_view text, const Change& change) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = utf8_sequence_length(text);
    if (length == 0)
      out += text[0];
    else
      utf8_append(out, change(utf8_decode(text, length)));
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace

std::string lower_text(std::string_view text) { return changed(text, to_lower); }
std::string upper_text(std::string_view text) { return changed(text, to_upper); }

}  // namespace inlay::unicode
