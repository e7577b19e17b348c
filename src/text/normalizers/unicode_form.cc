// NFC, NFD, NFKC, NFKD.
#include <algorithm>

#include "base/utf8.h"
#include "text/components.h"

namespace inlay::text {
namespace {

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
}

// Where no character decomposes for good, composes with the one before it or is a mark: below
// U+0300, and in these blocks.
bool is_surely_nfc(char32_t c) {
  return c < 0x300 || (c >= 0x400 && c < 0x483) || (c >= 0x3041 && c < 0x3097) ||
         (c >= 0x30A1 && c < 0x3100) || (c >= 0x4E00 && c < 0xA000) ||
         (c >= 0xAC00 && c < 0xD7A4) || (c >= 0xFF00 && c < 0xFFF0) ||
         (c >= 0x3000 && c < 0x302A) || (c >= 0x2010 && c < 0x2028) ||
         (c >= 0x1F300 && c < 0x1FB00);
}

bool is_surely_nfc(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const size_t length = utf8_sequence_length(text.substr(i));
    if (!is_surely_nfc(utf8_decode(text.substr(i), length))) return false;
    i += length;
  }
  return true;
}

class UnicodeForm final : public Normalizer {
 public:
  explicit UnicodeForm(unicode::Form form) : form_(form) {}
  Status normalize(NormalizedText& text) const override {
    text.normalize(form_);
    return Status();
  }
  bool keeps(std::string_view text) const override {
    return form_ == unicode::Form::kNfc ? is_surely_nfc(text) : is_ascii(text);
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
