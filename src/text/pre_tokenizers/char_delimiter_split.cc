// CharDelimiterSplit: cuts at one character and removes it.
#include "text/components.h"

namespace inlay::text {
namespace {

class CharDelimiterSplit final : public PreTokenizer {
 public:
  explicit CharDelimiterSplit(char32_t delimiter) : delimiter_(delimiter) {}

  Status split(PieceList& pieces) const override {
    return pieces.split_characters(SplitBehavior::kRemoved,
                                   [&](char32_t c) { return c == delimiter_; });
  }

 private:
  char32_t delimiter_;
};

}  // namespace

Result<std::unique_ptr<PreTokenizer>> parse_char_delimiter_split(const json::Value& value) {
  INLAY_ASSIGN(const std::string_view delimiter, parse_character(value.at("delimiter")));
  return std::make_unique<CharDelimiterSplit>(utf8_decode(delimiter, delimiter.size()));
}

}  // namespace inlay::text
