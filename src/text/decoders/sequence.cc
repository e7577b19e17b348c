// Sequence: one decoder behind the other.
#include "text/components.h"

namespace inlay::text {
namespace {

class DecoderSequence final : public Decoder {
 public:
  explicit DecoderSequence(std::vector<std::unique_ptr<Decoder>> parts)
      : parts_(std::move(parts)) {}

  Status decode(std::vector<std::string>& tokens) const override {
    const uint64_t before = bytes_of(tokens);
    for (const auto& part : parts_) {
      INLAY_TRY(part->decode(tokens));
      INLAY_TRY(check_growth(bytes_of(tokens), before));
    }
    return Status();
  }

 private:
  std::vector<std::unique_ptr<Decoder>> parts_;
};

// Sequences within sequences become one, so that growth has one measure.
Status parse_parts(const json::Value& value, std::vector<std::unique_ptr<Decoder>>& parts) {
  INLAY_TRY(value.at("decoders").expect(json::Kind::kArray));
  for (const json::Value& part : value.at("decoders").elements()) {
    INLAY_ASSIGN(const std::string_view type, part.at("type").string_or(""));
    if (type == "Sequence") {
      INLAY_TRY(parse_parts(part, parts));
      continue;
    }
    INLAY_ASSIGN(auto decoder, parse_decoder(part));
    parts.push_back(std::move(decoder));
  }
  return Status();
}

}  // namespace

Result<std::unique_ptr<Decoder>> parse_decoder_sequence(const json::Value& value) {
  std::vector<std::unique_ptr<Decoder>> parts;
  INLAY_TRY(parse_parts(value, parts));
  return std::make_unique<DecoderSequence>(std::move(parts));
}

}  // namespace inlay::text
