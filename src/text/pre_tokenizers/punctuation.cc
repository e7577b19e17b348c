// Punctuation: cuts at punctuation characters, as `behavior` says.
#include "text/components.h"
#include "unicode/properties.h"

namespace inlay::text {
namespace {

class Punctuation final : public PreTokenizer {
 public:
  explicit Punctuation(SplitBehavior behavior) : behavior_(behavior) {}

  Status split(PieceList& pieces) const override {
    return pieces.split_characters(
        behavior_, [](char32_t c) { return unicode::has_property(c, unicode::kPunctuation); });
  }

 private:
  SplitBehavior behavior_;
};

}  // namespace

Result<std::unique_ptr<PreTokenizer>> parse_punctuation(const json::Value& value) {
  SplitBehavior behavior = SplitBehavior::kIsolated;
  if (value.at("behavior").exists()) {
    INLAY_ASSIGN(behavior, parse_behavior(value.at("behavior")));
  }
  return std::make_unique<Punctuation>(behavior);
}

}  // namespace inlay::text
