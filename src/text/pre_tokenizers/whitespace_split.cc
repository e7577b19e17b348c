// WhitespaceSplit: cuts at white space and removes it.
#include "text/components.h"
#include "unicode/properties.h"

namespace inlay::text {
namespace {

class WhitespaceSplit final : public PreTokenizer {
 public:
  Status split(PieceList& pieces) const override {
    return pieces.split_characters(SplitBehavior::kRemoved, [](char32_t c) {
      return unicode::has_property(c, unicode::kWhiteSpace);
    });
  }
  bool is_whitespace_split() const override { return true; }
};

}  // namespace

Result<std::unique_ptr<PreTokenizer>> parse_whitespace_split(const json::Value&) {
  return std::make_unique<WhitespaceSplit>();
}

}  // namespace inlay::text
