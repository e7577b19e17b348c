#include "text/byte_tokens.h"

namespace inlay::text {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::vector<uint32_t> ids_of_byte_tokens(const Vocabulary& vocabulary) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::vector<uint32_t> ids(256, Vocabulary::kNone);
  char token[] = "<0x00>";
  for (size_t byte = 0; byte < 256; ++byte) {
    token[3] = kDigits[byte >> 4];
    token[4] = kDigits[byte & 15];
    if (const auto id = vocabulary.find(std::string_view(token, 6))) ids[byte] = *id;
  }
  return ids;
}

std::optional<uint8_t> byte_of_token(std::string_view token) {
  if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return std::nullopt;
  // The peer reads the two digits as a Rust number, which may begin with "+".
  const int high = token[3] == '+' ? 0 : hex_digit(token[3]), low = hex_digit(token[4]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<uint8_t>(high << 4 | low);
}

}  // namespace inlay::text
