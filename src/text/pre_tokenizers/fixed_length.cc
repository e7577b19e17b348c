// FixedLength: pieces of `length` characters.
#include "text/components.h"

namespace inlay::text {
namespace {

class FixedLength final : public PreTokenizer {
 public:
  explicit FixedLength(size_t length) : length_(length) {}

  Status split(PieceList& pieces) const override {
    return pieces.split(SplitBehavior::kIsolated,
                        [&](std::string_view text, std::vector<Match>& matches) {
                          size_t count = 0;
                          for_each_character(text, [&](char32_t, uint32_t begin, uint32_t end) {
                            if (count++ % length_ == 0) matches.push_back({begin, end, true});
                            matches.back().end = end;
                          });
                        });
  }

 private:
  size_t length_;
};

}  // namespace

Result<std::unique_ptr<PreTokenizer>> parse_fixed_length(const json::Value& value) {
  INLAY_ASSIGN(const int64_t length, value.at("length").integer_or(5));
  if (length < 1) {
    return value.at("length").error(format("expected 1 or more, found {}", length));
  }
  return std::make_unique<FixedLength>(static_cast<size_t>(length));
}

}  // namespace inlay::text
