// Bytes as a rank file, as a vocabulary with merges and as vocab.txt: each loads or fails with one
// line, and what loads encodes. The input is the vocabulary, then a byte 0, then the merges.
#include "fuzz_target.h"
#include "text/tokenizer.h"

namespace text = inlay::text;

namespace {

constexpr std::string_view kText = "ab ba's <|endoftext|> \u65e5\u672c!";

void check(std::string_view vocabulary, std::string_view merges, std::string_view like) {
  const auto tokenizer = text::Tokenizer::from_vocabulary_bytes(vocabulary, merges, like);
  if (!tokenizer.ok()) {
    INLAY_FUZZ_CHECK(tokenizer.message().find('\n') == std::string_view::npos);
    return;
  }
  const auto encoding = (*tokenizer)->encode(kText, std::nullopt, {});
  if (encoding.ok()) (void)(*tokenizer)->decode(encoding->ids(), true);
  INLAY_FUZZ_CHECK((*tokenizer)->to_json().ok());
}

}  // namespace

INLAY_FUZZ_TARGET(tiktoken) {
  const size_t end = std::min(input.find('\0'), input.size());
  const std::string_view vocabulary = input.substr(0, end);
  const std::string_view merges = input.substr(std::min(end + 1, input.size()));
  for (const std::string_view like :
       {"cl100k_base", "whisper", "gpt2", "roberta-base", "CLIPTokenizer", "bert-base-uncased"}) {
    check(vocabulary, merges, like);
  }
}
