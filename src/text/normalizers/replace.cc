// Replace: every match of a text or a regular expression becomes `content`.
#include "text/components.h"
#include "text/pattern.h"

namespace inlay::text {
namespace {

class Replace final : public Normalizer {
 public:
  Replace(Pattern pattern, std::string_view content, bool of_spaces)
      : pattern_(std::move(pattern)), content_(content), of_spaces_(of_spaces) {}

  Status normalize(NormalizedText& text) const override {
    std::vector<Match> matches;
    INLAY_TRY(pattern_.find(text.text(), matches));
    uint64_t bytes = text.size();
    for (const Match& m : matches) bytes += m.is_match ? content_.size() : 0;
    INLAY_TRY(text.expect(bytes));
    text.replace(matches, content_);
    return Status();
  }
  const std::string* spaces_become() const override { return of_spaces_ ? &content_ : nullptr; }

 private:
  Pattern pattern_;
  std::string content_;
  bool of_spaces_;  // matches two spaces or more
};

}  // namespace

Result<std::unique_ptr<Normalizer>> parse_replace(const json::Value& value) {
  const json::Value expression = value.at("pattern").at("Regex");
  const auto regex = expression.exists() ? expression.string() : Result<std::string_view>("");
  INLAY_ASSIGN(Pattern pattern, Pattern::parse(value.at("pattern")));
  INLAY_ASSIGN(const std::string_view content, value.at("content").string());
  return std::make_unique<Replace>(std::move(pattern), content, *regex == " {2,}");
}

}  // namespace inlay::text
