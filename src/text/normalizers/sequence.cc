// Sequence: one normalizer behind the other.
#include <algorithm>

#include "text/components.h"

namespace inlay::text {
namespace {

class NormalizerSequence final : public Normalizer {
 public:
  explicit NormalizerSequence(std::vector<std::unique_ptr<Normalizer>> parts)
      : parts_(std::move(parts)) {}

  Status normalize(NormalizedText& text) const override {
    for (const auto& part : parts_) {
      INLAY_TRY(part->normalize(text));
      INLAY_TRY(text.expect(text.size()));
    }
    return Status();
  }

  bool keeps(std::string_view text) const override {
    return std::all_of(parts_.begin(), parts_.end(),
                       [&](const auto& part) { return part->keeps(text); });
  }
  const BertFlags* bert_flags() const override {
    return parts_.size() == 1 ? parts_[0]->bert_flags() : nullptr;
  }
  std::span<const std::unique_ptr<Normalizer>> sequence() const override { return parts_; }

 private:
  std::vector<std::unique_ptr<Normalizer>> parts_;
};

}  // namespace

Result<std::unique_ptr<Normalizer>> parse_normalizer_sequence(const json::Value& value) {
  INLAY_TRY(value.at("normalizers").expect(json::Kind::kArray));
  std::vector<std::unique_ptr<Normalizer>> parts;
  for (const json::Value& part : value.at("normalizers").elements()) {
    INLAY_ASSIGN(auto normalizer, parse_normalizer(part));
    parts.push_back(std::move(normalizer));
  }
  return std::make_unique<NormalizerSequence>(std::move(parts));
}

}  // namespace inlay::text
