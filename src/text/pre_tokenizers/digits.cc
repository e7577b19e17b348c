// Digits: sets numbers apart, or each digit.
#include "text/components.h"
#include "text/scanners.h"
#include "unicode/category.h"

namespace inlay::text {
namespace {

class Digits final : public PreTokenizer {
 public:
  explicit Digits(bool individual)
      : behavior_(individual ? SplitBehavior::kIsolated : SplitBehavior::kContiguous) {}

  Status split(PieceList& pieces) const override {
    return pieces.split_characters(behavior_, unicode::is_numeric);
  }
  const Scanner* scanner() const override {
    return behavior_ == SplitBehavior::kIsolated ? &kDigitScanner : nullptr;
  }

 private:
  SplitBehavior behavior_;
};

}  // namespace

Result<std::unique_ptr<PreTokenizer>> parse_digits(const json::Value& value) {
  INLAY_ASSIGN(const bool individual, value.at("individual_digits").boolean());
  return std::make_unique<Digits>(individual);
}

}  // namespace inlay::text
