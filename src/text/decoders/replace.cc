// Replace: in each token every match of a text or a regular expression becomes `content`.
#include "text/components.h"
#include "text/pattern.h"

namespace inlay::text {
namespace {

class ReplaceDecoder final : public Decoder {
 public:
  ReplaceDecoder(Pattern pattern, std::string_view content)
      : pattern_(std::move(pattern)), content_(content) {}

  Status decode(std::vector<std::string>& tokens) const override {
    std::vector<Match> matches;
    const uint64_t before = bytes_of(tokens);
    uint64_t bytes = 0;
    for (std::string& token : tokens) {
      matches.clear();
      INLAY_TRY(pattern_.find(token, matches));
      std::string out;
      for (const Match& m : matches) {
        if (m.is_match) {
          INLAY_TRY(check_growth(bytes += content_.size(), before));
          out += content_;
        } else {
          out.append(token, m.begin, m.end - m.begin);
        }
      }
      token = std::move(out);
    }
    return Status();
  }

 private:
  Pattern pattern_;
  std::string content_;
};

}  // namespace

Result<std::unique_ptr<Decoder>> parse_replace_decoder(const json::Value& value) {
  INLAY_ASSIGN(Pattern pattern, Pattern::parse(value.at("pattern")));
  INLAY_ASSIGN(const std::string_view content, value.at("content").string());
  return std::make_unique<ReplaceDecoder>(std::move(pattern), content);
}

}  // namespace inlay::text
