#include "text/tiktoken_ranks.h"

#include <algorithm>
#include <bitset>
#include <charconv>

#include "base/utf8.h"
#include "text/base64.h"
#include "text/byte_alphabet.h"

namespace inlay::text {
namespace {

Result<uint32_t> parse_rank(std::string_view digits) {
  uint32_t rank = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), rank);
  if (error != std::errc() || end != digits.data() + digits.size() || rank > INT32_MAX) {
    return corrupt("expected a rank from 0 to {}, found {}", INT32_MAX, quote(digits));
  }
  return rank;
}

Result<RankedToken> parse_line(std::string_view line, std::bitset<256>& bytes) {
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) {
    return corrupt("expected a token in base64, a space and a rank, found {}", quote(line));
  }
  INLAY_ASSIGN(const std::string token, decode_base64(line.substr(0, space)));
  RankedToken out;
  INLAY_ASSIGN(out.rank, parse_rank(line.substr(space + 1)));
  if (token.size() == 1) bytes.set(static_cast<unsigned char>(token[0]));
  for (const char c : token) {
    utf8_append(out.text, kByteAlphabet.character[static_cast<unsigned char>(c)]);
  }
  return out;
}

}  // namespace

Result<std::vector<RankedToken>> parse_ranks(std::string_view text) {
  std::vector<RankedToken> tokens;
  std::bitset<256> bytes;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    auto token = parse_line(line, bytes);
    if (!token.ok()) return std::move(token).status().at(format("line {}", number));
    tokens.push_back(std::move(token).value());
  }
  for (size_t byte = 0; byte < bytes.size(); ++byte) {
    if (!bytes[byte]) return corrupt("expected a token for each byte, found none for {}", byte);
  }
  std::stable_sort(tokens.begin(), tokens.end(),
                   [](const RankedToken& a, const RankedToken& b) { return a.rank < b.rank; });
  return tokens;
}

}  // namespace inlay::text
