// Lowercase: each character for itself, without context (a final sigma stays σ).
#include "text/components.h"

namespace inlay::text {
namespace {

class Lowercase final : public Normalizer {
 public:
  Status normalize(NormalizedText& text) const override {
    text.lowercase();
    return Status();
  }
};

}  // namespace

Result<std::unique_ptr<Normalizer>> parse_lowercase(const json::Value&) {
  return std::make_unique<Lowercase>();
}

}  // namespace inlay::text
