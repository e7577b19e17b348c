// Strip: removes white space at the begin, at the end, or both.
#include "text/components.h"
#include "unicode/properties.h"

namespace inlay::text {
namespace {

bool is_space(char32_t c) { return unicode::has_property(c, unicode::kWhiteSpace); }

class Strip final : public Normalizer {
 public:
  Strip(bool left, bool right) : sides_{left, right} {}

  Status normalize(NormalizedText& text) const override {
    const std::u32string characters = text.characters();
    size_t begin = 0, end = characters.size();
    while (sides_.left && begin < end && is_space(characters[begin])) ++begin;
    while (sides_.right && end > begin && is_space(characters[end - 1])) --end;
    if (begin == 0 && end == characters.size()) return Status();
    std::vector<unicode::Mapped> kept;
    for (size_t i = begin; i < end; ++i) kept.push_back({characters[i], 0});
    text.transform(kept, begin);
    return Status();
  }
  const StripSides* strip_sides() const override { return &sides_; }

 private:
  StripSides sides_;
};

}  // namespace

Result<std::unique_ptr<Normalizer>> parse_strip(const json::Value& value) {
  INLAY_ASSIGN(const bool left, value.at("strip_left").boolean());
  INLAY_ASSIGN(const bool right, value.at("strip_right").boolean());
  return std::make_unique<Strip>(left, right);
}

}  // namespace inlay::text
