// Sequence: one pre-tokenizer behind the other.
#include "text/components.h"

namespace inlay::text {
namespace {

class PreTokenizerSequence final : public PreTokenizer {
 public:
  explicit PreTokenizerSequence(std::vector<std::unique_ptr<PreTokenizer>> parts)
      : parts_(std::move(parts)) {}

  Status split(PieceList& pieces) const override {
    for (const auto& part : parts_) INLAY_TRY(part->split(pieces));
    return Status();
  }
  std::span<const std::unique_ptr<PreTokenizer>> sequence() const override { return parts_; }
  bool is_bert() const override { return parts_.size() == 1 && parts_[0]->is_bert(); }

 private:
  std::vector<std::unique_ptr<PreTokenizer>> parts_;
};

}  // namespace

Result<std::unique_ptr<PreTokenizer>> parse_pre_tokenizer_sequence(const json::Value& value) {
  INLAY_TRY(value.at("pretokenizers").expect(json::Kind::kArray));
  std::vector<std::unique_ptr<PreTokenizer>> parts;
  for (const json::Value& part : value.at("pretokenizers").elements()) {
    INLAY_ASSIGN(auto pre_tokenizer, parse_pre_tokenizer(part));
    parts.push_back(std::move(pre_tokenizer));
  }
  return std::make_unique<PreTokenizerSequence>(std::move(parts));
}

}  // namespace inlay::text
