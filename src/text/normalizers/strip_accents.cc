// StripAccents: removes every combining mark, without decomposing first.
#include "text/components.h"
#include "unicode/properties.h"

namespace inlay::text {
namespace {

class StripAccents final : public Normalizer {
 public:
  Status normalize(NormalizedText& text) const override {
    text.filter([](char32_t c) { return !unicode::has_property(c, unicode::kCombiningMark); });
    return Status();
  }
};

}  // namespace

Result<std::unique_ptr<Normalizer>> parse_strip_accents(const json::Value&) {
  return std::make_unique<StripAccents>();
}

}  // namespace inlay::text
