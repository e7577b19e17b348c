#include "base/json_writer.h"

#include <charconv>
#include <cmath>

#include "base/utf8.h"

namespace inlay::json {
namespace {

template <class T>
std::string_view number_text(T value, std::span<char, 32> buffer) {
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), static_cast<size_t>(end - buffer.data())};
}

void append_control(std::string& out, unsigned char c) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  out += "\\u00";
  out += kHex[c >> 4];
  out += kHex[c & 15];
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const size_t length = byte < 0x80 ? 1 : utf8_sequence_length(text.substr(i));
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      ++i;
      continue;
    }
    if (byte < 0x20) {
      append_control(out, byte);
    } else {
      if (byte == '"' || byte == '\\') out += '\\';
      out.append(text, i, length);
    }
    i += length;
  }
  out += '"';
}

}  // namespace

Writer& Writer::open(char bracket) {
  if (comma_) text_ += ',';
  text_ += bracket;
  comma_ = false;
  return *this;
}

Writer& Writer::close(char bracket) {
  text_ += bracket;
  comma_ = true;
  return *this;
}

Writer& Writer::raw(std::string_view json) {
  if (comma_) text_ += ',';
  text_ += json;
  comma_ = true;
  return *this;
}

Writer& Writer::key(std::string_view name) {
  if (comma_) text_ += ',';
  append_string(text_, name);
  text_ += ':';
  comma_ = false;
  return *this;
}

Writer& Writer::value(std::string_view text) {
  if (comma_) text_ += ',';
  append_string(text_, text);
  comma_ = true;
  return *this;
}

Writer& Writer::value(double number) {
  char digits[32];
  return raw(std::isfinite(number) ? number_text(number, digits) : "null");
}

Writer& Writer::value(float number) {
  char digits[32];
  return raw(std::isfinite(number) ? number_text(number, digits) : "null");
}

Writer& Writer::integer(int64_t number) {
  char digits[32];
  return raw(number_text(number, digits));
}

Writer& Writer::integer(uint64_t number) {
  char digits[32];
  return raw(number_text(number, digits));
}

}  // namespace inlay::json
