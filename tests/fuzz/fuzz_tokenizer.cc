// A tokenizer.json of any bytes loads or fails with one line; what loads encodes, decodes and
// answers about its ids. The input is the description, then a byte 0, then the text; without it a
// fixed text.
#include "fuzz_target.h"
#include "text/tokenizer.h"

namespace text = inlay::text;

namespace {

constexpr std::string_view kText =
    "[CLS] Unaffable H\u00e9llo-w\u00f6rld \u65e5\u672c e\u0301\u0323!";

void check_encoding(const text::Encoding& e, size_t text_bytes) {
  for (const text::Offset& offset : e.offsets()) {
    if (!e.with_offsets) break;
    INLAY_FUZZ_CHECK(offset.begin <= offset.end && offset.end <= text_bytes);
  }
  for (const text::Encoding& part : e.overflowing) {
    INLAY_FUZZ_CHECK(part.with_offsets == e.with_offsets && part.overflowing.empty());
    check_encoding(part, text_bytes);
  }
}

void check_tokenizer(const text::Tokenizer& tokenizer, std::string_view input) {
  text::EncodeOptions options;
  options.truncation = text::Truncation{.max_length = 12, .stride = 1};
  const auto cut = tokenizer.encode(input, "pair", options);
  if (cut.ok()) check_encoding(*cut, input.size() + 4);
  options = {.offsets = false, .truncation = text::Truncation{.max_length = input.size() % 7}};
  const auto short_cut = tokenizer.encode(input, std::nullopt, options);
  if (short_cut.ok()) check_encoding(*short_cut, input.size());
  const auto encoding = tokenizer.encode(input, std::nullopt, {});
  std::vector<int32_t> ids;
  INLAY_FUZZ_CHECK(tokenizer.encode_ids(input, 0, ids).ok() == encoding.ok());
  if (!encoding.ok()) return;
  check_encoding(*encoding, input.size());
  INLAY_FUZZ_CHECK(
      std::equal(ids.begin(), ids.end(), encoding->ids().begin(), encoding->ids().end()));
  (void)tokenizer.decode(encoding->ids(), false);
  for (const uint32_t id : encoding->ids()) {
    const std::string_view token = tokenizer.token(id);
    INLAY_FUZZ_CHECK(token.data() == nullptr || token.size() < input.size() + (1u << 20));
  }
}

}  // namespace

INLAY_FUZZ_TARGET(tokenizer) {
  const size_t end = std::min(input.find('\0'), input.size());
  const auto tokenizer = text::Tokenizer::from_json(input.substr(0, end), "input");
  if (!tokenizer.ok()) {
    INLAY_FUZZ_CHECK(tokenizer.message().find('\n') == std::string_view::npos);
    return;
  }
  check_tokenizer(**tokenizer, end < input.size() ? input.substr(end + 1) : kText);
}
