// Nmt: removes control characters and makes others that look like space a space, as SentencePiece's
// nmt rules do.
#include "text/components.h"

namespace inlay::text {
namespace {

bool is_removed(char32_t c) {
  return (c >= 0x01 && c <= 0x08) || c == 0x0B || (c >= 0x0E && c <= 0x1F) || c == 0x7F ||
         c == 0x8F || c == 0x9F;
}

bool is_space(char32_t c) {
  constexpr char32_t kSpaces[] = {0x09,   0x0A,   0x0C,   0x0D,   0x1680,
                                  0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD};
  if (c >= 0x200B && c <= 0x200F) return true;
  for (const char32_t space : kSpaces) {
    if (c == space) return true;
  }
  return false;
}

class Nmt final : public Normalizer {
 public:
  Status normalize(NormalizedText& text) const override {
    text.filter([](char32_t c) { return !is_removed(c); });
    text.map([](char32_t c) { return is_space(c) ? U' ' : c; });
    return Status();
  }
};

}  // namespace

Result<std::unique_ptr<Normalizer>> parse_nmt(const json::Value&) {
  return std::make_unique<Nmt>();
}

}  // namespace inlay::text
