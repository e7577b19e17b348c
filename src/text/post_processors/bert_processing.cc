// BertProcessing: {"sep": ["[SEP]", 102], "cls": ["[CLS]", 101]}; TemplateProcessing with BERT's
// shape.
#include "text/components.h"
#include "text/template_processing.h"

namespace inlay::text {
namespace {

Result<uint32_t> parse_token(const json::Value& value) {
  if (!value.is_array() || value.size() != 2) return value.error("expected [token, id]");
  INLAY_TRY(value.at(size_t{0}).expect(json::Kind::kString));
  return parse_token_id(value.at(size_t{1}));
}

}  // namespace

Result<std::unique_ptr<PostProcessor>> parse_bert_processing(const json::Value& value) {
  INLAY_ASSIGN(const uint32_t sep, parse_token(value.at("sep")));
  INLAY_ASSIGN(const uint32_t cls, parse_token(value.at("cls")));
  return make_bert_processing(cls, sep);
}

}  // namespace inlay::text
