// Replace: every match of a text or a regular expression becomes `content`.
#include "text/components.h"
#include "text/pattern.h"

namespace inlay::text {
namespace {

class Replace final : public Normalizer {
 public:
  Replace(Pattern pattern, std::string_view content)
      : pattern_(std::move(pattern)), content_(content) {}

  Status normalize(NormalizedText& text) const override {
    std::vector<Match> matches;
    INLAY_TRY(pattern_.find(text.text(), matches));
    text.replace(matches, content_);
    return Status();
  }

 private:
  Pattern pattern_;
  std::string content_;
};

}  // namespace

Result<std::unique_ptr<Normalizer>> parse_replace(const json::Value& value) {
  INLAY_ASSIGN(Pattern pattern, Pattern::parse(value.at("pattern")));
  INLAY_ASSIGN(const std::string_view content, value.at("content").string());
  return std::make_unique<Replace>(std::move(pattern), content);
}

}  // namespace inlay::text
