// UnicodeScripts: cuts where the script changes. Characters of no script, spaces among them, stay
// with what is before them; at the begin they vanish, as in the peer.
#include "text/components.h"
#include "unicode/category.h"

namespace inlay::text {
namespace {

void find(std::string_view text, std::vector<Match>& matches) {
  uint8_t last = unicode::kNoScript;
  uint32_t dropped = 0;
  for_each_character(text, [&](char32_t c, uint32_t begin, uint32_t end) {
    const uint8_t script = unicode::script(c);
    if (script != unicode::kNoScript && script != last) {
      matches.push_back({begin, end, false});
      last = script;
    }
    if (matches.empty()) {
      dropped = end;
    } else {
      matches.back().end = end;
    }
  });
  if (dropped > 0) matches.insert(matches.begin(), {0, dropped, true});
}

class UnicodeScripts final : public PreTokenizer {
 public:
  Status split(PieceList& pieces) const override {
    return pieces.split(SplitBehavior::kRemoved, find);
  }
};

}  // namespace

Result<std::unique_ptr<PreTokenizer>> parse_unicode_scripts(const json::Value&) {
  return std::make_unique<UnicodeScripts>();
}

}  // namespace inlay::text
