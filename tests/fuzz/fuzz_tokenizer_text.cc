// Any text through BERT's components: the fused way gives what the general way gives, and text that
// is not UTF-8 is refused by both. The first byte of the input chooses the flags.
#include "fuzz_target.h"
#include "three_ways.h"

namespace text = inlay::text;

namespace {

std::string description(unsigned char set) {
  const auto flag = [&](int bit) { return set & bit ? "true" : "false"; };
  return inlay::format(
      R"({{"normalizer": {{"type": "BertNormalizer", "clean_text": {}, "handle_chinese_chars": {},
           "strip_accents": {}, "lowercase": {}}}, "pre_tokenizer": {{"type": "BertPreTokenizer"}},
          "added_tokens": [{{"id": 0, "content": "[X]", "single_word": {}, "lstrip": {},
           "rstrip": {}, "normalized": false, "special": true}}],
          "model": {{"type": "WordPiece", "unk_token": "u", "continuing_subword_prefix": "##",
           "max_input_chars_per_word": {}, "vocab": {{"u": 0, "a": 1, "##a": 2,
           "ab": 3, "##b": 4, "b": 5, "##ba": 6, "e": 7, "##\u0301": 8, "\u00e9": 9, ".": 10, "\u65e5": 11,
           "##\u0323": 12}}}}}})",
      flag(1), flag(2), flag(4), flag(8), flag(16), flag(32), flag(64),
      set & 128  ? 100
      : set & 64 ? 0
                 : 6);
}

}  // namespace

INLAY_FUZZ_TARGET(tokenizer_text) {
  if (input.empty()) return;
  const auto tokenizer =
      text::Tokenizer::from_json(description(static_cast<unsigned char>(input[0])), "flags");
  INLAY_FUZZ_CHECK(tokenizer.ok() && (*tokenizer)->is_fused());
  text::check_three_ways(**tokenizer, input.substr(1));
}
