#include "text/charsmap.h"

#include <algorithm>

#include "base/utf8.h"

namespace inlay::text {
namespace {

// A unit of Darts' double array (Yata 2008).
bool has_leaf(uint32_t unit) { return (unit >> 8 & 1) != 0; }
uint32_t value(uint32_t unit) { return unit & 0x7FFFFFFF; }
uint32_t label(uint32_t unit) { return unit & 0x800000FF; }
uint32_t offset(uint32_t unit) { return unit >> 10 << ((unit & 0x200) >> 6); }

uint32_t read_u32(std::string_view bytes) {
  uint32_t number = 0;
  for (size_t i = 0; i < 4; ++i) {
    number |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return number;
}

// Those of SentencePiece have up to 33 bytes. With these a text stays below what check_growth()
// takes, which the fused way does not ask.
constexpr size_t kMostReplacementBytes = 128;

size_t longest_text(std::string_view texts) {
  size_t longest = 0;
  while (!texts.empty()) {
    const size_t end = std::min(texts.find('\0'), texts.size());
    longest = std::max(longest, end);
    texts.remove_prefix(std::min(end + 1, texts.size()));
  }
  return longest;
}

}  // namespace

Result<Charsmap> Charsmap::parse(std::string_view bytes) {
  if (bytes.size() < 4)
    return corrupt("charsmap: expected 4 bytes or more, found {}", bytes.size());
  const size_t trie_bytes = read_u32(bytes) / 4 * 4;
  bytes.remove_prefix(4);
  if (trie_bytes == 0 || trie_bytes > bytes.size()) {
    return corrupt("charsmap: expected a trie of 4 to {} bytes, found {}", bytes.size(),
                   trie_bytes);
  }
  Charsmap map;
  for (size_t i = 0; i < trie_bytes; i += 4) map.units_.push_back(read_u32(bytes.substr(i)));
  map.replacements_ = bytes.substr(trie_bytes);
  const size_t error = utf8_error(map.replacements_);
  if (error != std::string_view::npos) {
    return corrupt("charsmap: expected UTF-8, byte {} of the replacements is not", error);
  }
  const size_t longest = longest_text(map.replacements_);
  if (longest > kMostReplacementBytes) {
    return corrupt("charsmap: expected replacements of at most {} bytes, found {}",
                   kMostReplacementBytes, longest);
  }
  return map;
}

std::optional<std::string_view> Charsmap::find(std::string_view text) const {
  uint32_t node = offset(units_[0]);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0) break;
    node ^= byte;
    if (node >= units_.size() || label(units_[node]) != byte) break;
    const uint32_t unit = units_[node];
    node ^= offset(unit);
    if (!has_leaf(unit)) continue;
    if (node >= units_.size()) break;
    const size_t begin = value(units_[node]);
    if (begin > replacements_.size()) break;
    const size_t end = std::min(replacements_.find('\0', begin), replacements_.size());
    // An index into the middle of a character is a defect of the file.
    if (begin < end && (replacements_[begin] & 0xC0) == 0x80) break;
    return std::string_view(replacements_).substr(begin, end - begin);
  }
  return std::nullopt;
}

}  // namespace inlay::text
