// Whitespace: \w+|[^\w\s]+, the rest is removed.
#include "text/components.h"
#include "unicode/properties.h"

namespace inlay::text {
namespace {

enum class Class { kSpace, kWord, kOther };

Class class_of(char32_t c) {
  const uint8_t set = unicode::properties(c);
  if (set & unicode::kWord) return Class::kWord;
  return set & unicode::kWhiteSpace ? Class::kSpace : Class::kOther;
}

// Runs of one class; white space counts as the match, which is removed.
void find(std::string_view text, std::vector<Match>& matches) {
  Class previous = Class::kSpace;
  for_each_character(text, [&](char32_t c, uint32_t begin, uint32_t end) {
    const Class here = class_of(c);
    if (!matches.empty() && here == previous) {
      matches.back().end = end;
    } else {
      matches.push_back({begin, end, here == Class::kSpace});
    }
    previous = here;
  });
}

class Whitespace final : public PreTokenizer {
 public:
  Status split(PieceList& pieces) const override {
    return pieces.split(SplitBehavior::kRemoved, find);
  }
};

}  // namespace

Result<std::unique_ptr<PreTokenizer>> parse_whitespace(const json::Value&) {
  return std::make_unique<Whitespace>();
}

}  // namespace inlay::text
