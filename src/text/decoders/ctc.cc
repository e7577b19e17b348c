// CTC: equal neighbours are one, the padding token goes, the word delimiter becomes a space.
#include <algorithm>

#include "text/components.h"
#include "text/replace_all.h"
#include "text/word_piece_cleanup.h"

namespace inlay::text {
namespace {

class CtcDecoder final : public Decoder {
 public:
  CtcDecoder(std::string_view pad, std::string_view delimiter, bool cleanup)
      : pad_(pad), delimiter_(delimiter), cleanup_(cleanup) {}

  Status decode(std::vector<std::string>& tokens) const override {
    tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
    for (std::string& token : tokens) {
      replace_all(token, pad_, "");
      if (!cleanup_) continue;
      clean_up(token);
      replace_all(token, delimiter_, " ");
    }
    std::erase_if(tokens, [](const std::string& token) { return token.empty(); });
    return Status();
  }

 private:
  std::string pad_, delimiter_;
  bool cleanup_;
};

}  // namespace

Result<std::unique_ptr<Decoder>> parse_ctc(const json::Value& value) {
  INLAY_ASSIGN(const std::string_view pad, value.at("pad_token").string());
  INLAY_ASSIGN(const std::string_view delimiter, value.at("word_delimiter_token").string());
  INLAY_ASSIGN(const bool cleanup, value.at("cleanup").boolean());
  return std::make_unique<CtcDecoder>(pad, delimiter, cleanup);
}

}  // namespace inlay::text
