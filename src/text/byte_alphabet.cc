#include "text/byte_alphabet.h"

#include "base/utf8.h"

namespace inlay::text {

bool append_bytes_of_token(std::string_view token, std::string& out) {
  const size_t before = out.size();
  for (size_t i = 0; i < token.size();) {
    const size_t length = utf8_sequence_length(token.substr(i));
    const int byte = byte_of_character(utf8_decode(token.substr(i), length));
    if (byte < 0) {
      out.resize(before);
      return false;
    }
    out += static_cast<char>(byte);
    i += length;
  }
  return true;
}

}  // namespace inlay::text
