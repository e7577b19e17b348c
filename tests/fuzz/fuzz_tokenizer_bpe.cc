// Any text through byte-level BPE: the fused way gives what the general way gives, and text that is
// not UTF-8 is refused by both. The first byte of the input chooses the parts.
#include <memory>

#include "../validation/text/pattern_texts.h"
#include "../validation/text/small_bpe.h"
#include "fuzz_target.h"
#include "three_ways.h"

namespace text = inlay::text;

namespace {

using Shared = std::shared_ptr<const text::Tokenizer>;

constexpr size_t kCuts = 8;

std::string pre_tokenizer(size_t cut) {
  const auto lines = text::line_patterns();
  if (cut < lines.size()) return text::splits_json({lines[cut]});
  if (cut == 4) return text::splits_json(text::deepseek_patterns());
  if (cut == 5) return text::splits_json({}, false);
  return inlay::format(R"({{"type": "ByteLevel", "add_prefix_space": {}, "trim_offsets": true}})",
                       cut == 6 ? "true" : "false");
}

Shared make(unsigned char set) {
  text::SmallBpe parts = {.pre_tokenizer = pre_tokenizer(set % kCuts)};
  parts.ignore_merges = set & 8;
  if (set & 16) parts.normalizer = R"({"type": "NFC"})";
  if (set & 32)
    parts.post_processor =
        R"({"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true})";
  if (set & 64) {
    parts.added_tokens = R"([{"id": 0, "content": "ab", "single_word": false, "lstrip": true,
                              "rstrip": true, "normalized": true, "special": false}])";
  }
  auto tokenizer = text::Tokenizer::from_json(text::small_bpe_json(parts), "parts");
  INLAY_FUZZ_CHECK(tokenizer.ok() && (*tokenizer)->is_fused());
  return *tokenizer;
}

// Made once for each set of parts: words stay known from input to input.
const text::Tokenizer& tokenizer_of(unsigned char set) {
  static Shared made[128];
  Shared& one = made[set & 127];
  if (!one) one = make(set & 127);
  return *one;
}

}  // namespace

INLAY_FUZZ_TARGET(tokenizer_bpe) {
  if (input.empty()) return;
  const text::Tokenizer& tokenizer = tokenizer_of(static_cast<unsigned char>(input[0]));
  text::check_three_ways(tokenizer, input.substr(1));
}
