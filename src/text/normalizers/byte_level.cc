// ByteLevel: every byte becomes its character in GPT-2's alphabet.
#include "text/components.h"

namespace inlay::text {
namespace {

class ByteLevelNormalizer final : public Normalizer {
 public:
  Status normalize(NormalizedText& text) const override {
    text.map_bytes();
    return Status();
  }
};

}  // namespace

Result<std::unique_ptr<Normalizer>> parse_byte_level_normalizer(const json::Value&) {
  return std::make_unique<ByteLevelNormalizer>();
}

}  // namespace inlay::text
