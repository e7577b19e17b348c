// Strip: removes white space at the begin, at the end, or both.
#include "text/components.h"
#include "unicode/properties.h"

namespace inlay::text {
namespace {

bool is_space(char32_t c) { return unicode::has_property(c, unicode::kWhiteSpace); }

class Strip final : public Normalizer {
 public:
  Strip(bool left, bool right) : left_(left), right_(right) {}

  Status normalize(NormalizedText& text) const override {
    const std::u32string characters = text.characters();
    size_t begin = 0, end = characters.size();
    while (left_ && begin < end && is_space(characters[begin])) ++begin;
    while (right_ && end > begin && is_space(characters[end - 1])) --end;
    if (begin == 0 && end == characters.size()) return Status();
    std::vector<unicode::Mapped> kept;
    for (size_t i = begin; i < end; ++i) kept.push_back({characters[i], 0});
    text.transform(kept, begin);
    return Status();
  }

 private:
  bool left_, right_;
};

}  // namespace

Result<std::unique_ptr<Normalizer>> parse_strip(const json::Value& value) {
  INLAY_ASSIGN(const bool left, value.at("strip_left").boolean());
  INLAY_ASSIGN(const bool right, value.at("strip_right").boolean());
  return std::make_unique<Strip>(left, right);
}

}  // namespace inlay::text
