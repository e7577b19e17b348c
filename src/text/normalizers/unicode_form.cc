// NFC, NFD, NFKC, NFKD.
#include "text/components.h"

namespace inlay::text {
namespace {

class UnicodeForm final : public Normalizer {
 public:
  explicit UnicodeForm(unicode::Form form) : form_(form) {}
  Status normalize(NormalizedText& text) const override {
    text.normalize(form_);
    return Status();
  }

 private:
  unicode::Form form_;
};

}  // namespace

Result<std::unique_ptr<Normalizer>> parse_unicode_form(const json::Value& value) {
  INLAY_ASSIGN(const std::string_view type, value.at("type").string());
  unicode::Form form = unicode::Form::kNfc;
  if (type == "NFD") form = unicode::Form::kNfd;
  if (type == "NFKC") form = unicode::Form::kNfkc;
  if (type == "NFKD") form = unicode::Form::kNfkd;
  return std::make_unique<UnicodeForm>(form);
}

}  // namespace inlay::text
