// BPEDecoder: the suffix that ends a word becomes a space, and nothing in the last token.
#include "text/components.h"
#include "text/replace_all.h"

namespace inlay::text {
namespace {

class BpeDecoder final : public Decoder {
 public:
  explicit BpeDecoder(std::string_view suffix) : suffix_(suffix) {}

  Status decode(std::vector<std::string>& tokens) const override {
    for (size_t i = 0; i < tokens.size(); ++i) {
      replace_all(tokens[i], suffix_, i + 1 == tokens.size() ? "" : " ");
    }
    return Status();
  }

 private:
  std::string suffix_;
};

}  // namespace

Result<std::unique_ptr<Decoder>> parse_bpe_decoder(const json::Value& value) {
  INLAY_ASSIGN(const std::string_view suffix, value.at("suffix").string());
  return std::make_unique<BpeDecoder>(suffix);
}

}  // namespace inlay::text
