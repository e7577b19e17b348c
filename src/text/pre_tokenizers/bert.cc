// BertPreTokenizer: cuts at white space, then sets every punctuation character apart.
#include "text/bert.h"
#include "text/components.h"
#include "unicode/properties.h"

namespace inlay::text {
namespace {

class BertPreTokenizer final : public PreTokenizer {
 public:
  Status split(PieceList& pieces) const override {
    INLAY_TRY(pieces.split_characters(SplitBehavior::kRemoved, [](char32_t c) {
      return unicode::has_property(c, unicode::kWhiteSpace);
    }));
    return pieces.split_characters(SplitBehavior::kIsolated, [](char32_t c) {
      return unicode::has_property(c, unicode::kPunctuation);
    });
  }
  bool is_bert() const override { return true; }
};

}  // namespace

std::unique_ptr<PreTokenizer> make_bert_pre_tokenizer() {
  return std::make_unique<BertPreTokenizer>();
}

Result<std::unique_ptr<PreTokenizer>> parse_bert_pre_tokenizer(const json::Value&) {
  return make_bert_pre_tokenizer();
}

}  // namespace inlay::text
