#include "text/lossy_utf8.h"

#include "text/utf8_check.h"

namespace inlay::text {

size_t maximal_subpart(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto between = [&](size_t i, int low, int high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned char lead = byte(0);
  if (lead >= 0xE0 && lead <= 0xEF) {
    return between(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF) ? 2 : 1;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!between(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF)) return 1;
    return between(2, 0x80, 0xBF) ? 3 : 2;
  }
  return 1;
}

std::string lossy_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (;;) {
    const size_t error = find_utf8_error(bytes);
    out += bytes.substr(0, error);
    if (error == std::string_view::npos) return out;
    bytes.remove_prefix(error);
    out += "\uFFFD";
    bytes.remove_prefix(maximal_subpart(bytes));
  }
}

}  // namespace inlay::text
