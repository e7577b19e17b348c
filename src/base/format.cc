#include "base/format.h"

#include <charconv>

#include "base/utf8.h"

namespace inlay {
namespace {

template <class T>
std::string number_text(T value) {
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return std::string(digits, end);
}

void append_escaped(std::string& out, unsigned char byte) {
  constexpr char kHex[] = "0123456789abcdef";
  out += "\\x";
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

}  // namespace

std::string to_text(std::string_view value) { return std::string(value); }
std::string to_text(const char* value) { return value ? value : "(null)"; }
std::string to_text(bool value) { return value ? "true" : "false"; }
std::string to_text(char value) { return std::string(1, value); }
std::string to_text(int64_t value) { return number_text(value); }
std::string to_text(uint64_t value) { return number_text(value); }
std::string to_text(double value) { return number_text(value); }

std::string format_pieces(std::string_view pattern, std::span<const std::string> arguments) {
  std::string out;
  out.reserve(pattern.size() + 16 * arguments.size());
  size_t next = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const std::string_view two = pattern.substr(i, 2);
    if (two == "{{" || two == "}}") {
      out += two[0];
      ++i;
    } else if (two == "{}" && next < arguments.size()) {
      out += arguments[next++];
      ++i;
    } else {
      out += pattern[i];
    }
  }
  return out;
}

std::string quote(std::string_view text, size_t limit) {
  std::string out = "\"";
  size_t i = 0;
  while (i < text.size() && i < limit) {
    const size_t length = utf8_sequence_length(text.substr(i));
    const auto byte = static_cast<unsigned char>(text[i]);
    if (length == 0 || byte < 0x20 || byte == 0x7f) {
      append_escaped(out, byte);
      ++i;
    } else {
      if (byte == '"' || byte == '\\') out += '\\';
      out += text.substr(i, length);
      i += length;
    }
  }
  if (i < text.size()) out += "…";
  return out += '"';
}

}  // namespace inlay
