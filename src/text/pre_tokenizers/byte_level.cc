// ByteLevel: cuts as GPT-2 does (unless use_regex is false), then every byte becomes its character
// in GPT-2's alphabet.
#include "text/byte_level.h"

#include "text/components.h"
#include "text/scanners.h"

namespace inlay::text {
namespace {

class ByteLevel final : public PreTokenizer {
 public:
  explicit ByteLevel(const ByteLevelOptions& options) : options_(options) {}

  Status split(PieceList& pieces) const override {
    if (options_.add_prefix_space) {
      INLAY_TRY(pieces.rewrite([](NormalizedText& text) {
        if (!text.text().starts_with(' ')) text.prepend(" ");
      }));
    }
    if (options_.use_regex) {
      INLAY_TRY(pieces.split(SplitBehavior::kIsolated,
                             [](std::string_view text, std::vector<Match>& matches) {
                               scan_matches(kGpt2Scanner, text, matches);
                             }));
    }
    return pieces.rewrite([](NormalizedText& text) { text.map_bytes(); });
  }
  const ByteLevelOptions* byte_level() const override { return &options_; }

 private:
  ByteLevelOptions options_;
};

}  // namespace

std::unique_ptr<PreTokenizer> make_byte_level(const ByteLevelOptions& options) {
  return std::make_unique<ByteLevel>(options);
}

Result<std::unique_ptr<PreTokenizer>> parse_byte_level(const json::Value& value) {
  ByteLevelOptions options;
  INLAY_ASSIGN(options.add_prefix_space, value.at("add_prefix_space").boolean());
  INLAY_TRY(value.at("trim_offsets").boolean().status());
  if (value.at("use_regex").exists()) {
    INLAY_ASSIGN(options.use_regex, value.at("use_regex").boolean());
  }
  return make_byte_level(options);
}

}  // namespace inlay::text
