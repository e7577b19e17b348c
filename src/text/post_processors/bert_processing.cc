// BertProcessing: {"sep": ["[SEP]", 102], "cls": ["[CLS]", 101]}: [CLS] first [SEP] second [SEP].
#include "text/components.h"
#include "text/post_processing.h"

namespace inlay::text {
namespace {

class BertProcessing final : public PostProcessor {
 public:
  BertProcessing(uint32_t cls, uint32_t sep)
      : first_{{cls}, {sep}, 0, 0}, second_{{}, {sep}, 1, 1} {}

  size_t added_tokens(bool is_pair) const override { return is_pair ? 3 : 2; }
  std::optional<Frame> single_frame() const override { return frame_of(first_); }
  Status process(std::vector<Part>& parts, bool add_special_tokens) const override {
    if (!add_special_tokens) return Status();
    for (size_t i = 0; i < parts.size(); ++i) wrap(parts[i].encoding, i == 0 ? first_ : second_);
    return Status();
  }

 private:
  Wrapping first_, second_;
};

}  // namespace

std::unique_ptr<PostProcessor> make_bert_processing(uint32_t cls, uint32_t sep) {
  return std::make_unique<BertProcessing>(cls, sep);
}

Result<std::unique_ptr<PostProcessor>> parse_bert_processing(const json::Value& value) {
  INLAY_ASSIGN(const uint32_t sep, parse_token_pair(value.at("sep")));
  INLAY_ASSIGN(const uint32_t cls, parse_token_pair(value.at("cls")));
  return make_bert_processing(cls, sep);
}

}  // namespace inlay::text
