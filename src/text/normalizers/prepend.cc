// Prepend: puts a text before every piece that is not empty.
#include "text/components.h"

namespace inlay::text {
namespace {

class Prepend final : public Normalizer {
 public:
  explicit Prepend(std::string_view prefix) : prefix_(prefix) {}

  Status normalize(NormalizedText& text) const override {
    INLAY_TRY(text.expect(uint64_t{text.size()} + prefix_.size()));
    text.prepend(prefix_);
    return Status();
  }

 private:
  std::string prefix_;
};

}  // namespace

Result<std::unique_ptr<Normalizer>> parse_prepend(const json::Value& value) {
  INLAY_ASSIGN(const std::string_view prefix, value.at("prepend").string());
  return std::make_unique<Prepend>(prefix);
}

}  // namespace inlay::text
