// A SentencePiece .model of any bytes loads or fails with one line, for classes of every style; what
// loads encodes, and what is saved of it loads again.
#include "fuzz_target.h"
#include "text/tokenizer.h"

namespace text = inlay::text;

namespace {

constexpr std::string_view kClasses[] = {
    "SentencePiece",       "T5Tokenizer",        "AlbertTokenizer",
    "XLMRobertaTokenizer", "CamembertTokenizer", "PegasusTokenizer",
    "LlamaTokenizer",      "GemmaTokenizer",     "DebertaV2Tokenizer"};
constexpr std::string_view kText = "a b  <s> \u65e5\u672c e\u0301!";

}  // namespace

// The first byte chooses the class.
INLAY_FUZZ_TARGET(sentencepiece) {
  if (input.empty()) return;
  const auto first = static_cast<unsigned char>(input[0]);
  const std::string_view name = kClasses[first % std::size(kClasses)];
  const auto tokenizer = text::Tokenizer::from_vocabulary_bytes(input.substr(1), {}, name);
  if (!tokenizer.ok()) {
    INLAY_FUZZ_CHECK(tokenizer.message().find('\n') == std::string_view::npos);
    return;
  }
  const auto encoding = (*tokenizer)->encode(kText, std::nullopt, {});
  const auto saved = (*tokenizer)->to_json();
  INLAY_FUZZ_CHECK(saved.ok());
  const auto again = text::Tokenizer::from_json(*saved, "saved");
  INLAY_FUZZ_CHECK(again.ok());
  const auto second = (*again)->encode(kText, std::nullopt, {});
  INLAY_FUZZ_CHECK(encoding.ok() == second.ok());
  if (encoding.ok()) INLAY_FUZZ_CHECK(*encoding == *second);
}
