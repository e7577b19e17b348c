// Split: cuts at the matches of a text or a regular expression; with `invert`, what lies between
// them counts as the match.
#include "text/components.h"
#include "text/pattern.h"

namespace inlay::text {
namespace {

class Split final : public PreTokenizer {
 public:
  Split(Pattern pattern, SplitBehavior behavior, bool invert)
      : pattern_(std::move(pattern)), behavior_(behavior), invert_(invert) {}

  Status split(PieceList& pieces) const override {
    return pieces.split(behavior_, [&](std::string_view text, std::vector<Match>& matches) {
      Status status = pattern_.find(text, matches);
      for (Match& m : matches) m.is_match ^= invert_;
      return status;
    });
  }
  const Pattern* isolated_pattern() const override {
    const bool keeps_all =
        behavior_ == SplitBehavior::kIsolated || (behavior_ == SplitBehavior::kRemoved && invert_);
    return keeps_all ? &pattern_ : nullptr;
  }
  bool drops_between() const override { return behavior_ == SplitBehavior::kRemoved; }
  const Scanner* scanner() const override {
    const Scanner* scanner = isolated_pattern() ? pattern_.scanner() : nullptr;
    return scanner && (scanner->matches_all || !drops_between()) ? scanner : nullptr;
  }

 private:
  Pattern pattern_;
  SplitBehavior behavior_;
  bool invert_;
};

}  // namespace

Result<std::unique_ptr<PreTokenizer>> parse_split(const json::Value& value) {
  INLAY_ASSIGN(Pattern pattern, Pattern::parse(value.at("pattern")));
  INLAY_ASSIGN(const SplitBehavior behavior, parse_behavior(value.at("behavior")));
  INLAY_ASSIGN(const bool invert, value.at("invert").boolean());
  return std::make_unique<Split>(std::move(pattern), behavior, invert);
}

}  // namespace inlay::text
