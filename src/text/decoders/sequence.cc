// Sequence: one decoder behind the other.
#include "text/components.h"

namespace inlay::text {
namespace {

class DecoderSequence final : public Decoder {
 public:
  explicit DecoderSequence(std::vector<std::unique_ptr<Decoder>> parts)
      : parts_(std::move(parts)) {}

  Status decode(std::vector<std::string>& tokens) const override {
    for (const auto& part : parts_) INLAY_TRY(part->decode(tokens));
    return Status();
  }

 private:
  std::vector<std::unique_ptr<Decoder>> parts_;
};

}  // namespace

Result<std::unique_ptr<Decoder>> parse_decoder_sequence(const json::Value& value) {
  INLAY_TRY(value.at("decoders").expect(json::Kind::kArray));
  std::vector<std::unique_ptr<Decoder>> parts;
  for (const json::Value& part : value.at("decoders").elements()) {
    INLAY_ASSIGN(auto decoder, parse_decoder(part));
    parts.push_back(std::move(decoder));
  }
  return std::make_unique<DecoderSequence>(std::move(parts));
}

}  // namespace inlay::text
