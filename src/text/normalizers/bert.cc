// BertNormalizer: clean, set Chinese characters apart, strip accents, lower case, in this order.
#include "text/bert.h"
#include "text/components.h"
#include "unicode/properties.h"

namespace inlay::text {
namespace {

void clean(NormalizedText& text) {
  text.filter([](char32_t c) { return !bert_removes(c); });
  text.map([](char32_t c) { return unicode::has_property(c, unicode::kWhiteSpace) ? U' ' : c; });
}

void set_chinese_apart(NormalizedText& text) {
  std::vector<unicode::Mapped> changed;
  for (const char32_t c : text.characters()) {
    if (is_bert_chinese(c)) {
      changed.insert(changed.end(), {{U' ', 0}, {c, 1}, {U' ', 1}});
    } else {
      changed.push_back({c, 0});
    }
  }
  text.transform(changed);
}

void strip_accents(NormalizedText& text) {
  text.normalize(unicode::Form::kNfd);
  text.filter([](char32_t c) { return !unicode::has_property(c, unicode::kNonspacingMark); });
}

class BertNormalizer final : public Normalizer {
 public:
  explicit BertNormalizer(const BertFlags& flags) : flags_(flags) {}

  Status normalize(NormalizedText& text) const override {
    if (flags_.clean_text) clean(text);
    if (flags_.handle_chinese_chars) set_chinese_apart(text);
    if (flags_.strip_accents) strip_accents(text);
    if (flags_.lowercase) text.lowercase();
    return Status();
  }

  const BertFlags* bert_flags() const override { return &flags_; }

 private:
  BertFlags flags_;
};

}  // namespace

std::unique_ptr<Normalizer> make_bert_normalizer(const BertFlags& flags) {
  return std::make_unique<BertNormalizer>(flags);
}

Result<std::unique_ptr<Normalizer>> parse_bert_normalizer(const json::Value& value) {
  BertFlags flags;
  INLAY_ASSIGN(flags.clean_text, value.at("clean_text").boolean());
  INLAY_ASSIGN(flags.handle_chinese_chars, value.at("handle_chinese_chars").boolean());
  INLAY_ASSIGN(flags.lowercase, value.at("lowercase").boolean());
  INLAY_ASSIGN(flags.strip_accents, value.at("strip_accents").boolean_or(flags.lowercase));
  return make_bert_normalizer(flags);
}

}  // namespace inlay::text
