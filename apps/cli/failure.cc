#include "failure.h"

#include "text_width.h"

namespace cli {

std::string quote(std::string_view text, size_t limit) {
  static constexpr char kHex[] = "0123456789abcdef";
  const bool cut = text.size() > limit;
  if (cut) text = text.substr(0, limit);
  std::string out = "\"";
  while (!text.empty()) {
    const CodePoint point = next_code_point(text);
    if (point.valid && point.value >= 0x20 && point.value != 0x7f) {
      out += text.substr(0, point.bytes);
    } else {
      for (const unsigned char byte : text.substr(0, point.bytes)) {
        out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
      }
    }
    text.remove_prefix(point.bytes);
  }
  return out + (cut ? "…\"" : "\"");
}

}  // namespace cli
