#include <charconv>
#include <cmath>

#include "json.h"
#include "text_width.h"

namespace cli {
namespace {

void append_escaped(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  while (!text.empty()) {
    const CodePoint point = next_code_point(text);
    if (point.value == '"' || point.value == '\\') {
      out += {'\\', static_cast<char>(point.value)};
    } else if (point.value == '\n') {
      out += "\\n";
    } else if (point.value == '\t') {
      out += "\\t";
    } else if (point.value < 0x20) {
      out += {'\\', 'u', '0', '0', kHex[point.value >> 4], kHex[point.value & 15]};
    } else if (!point.valid) {
      out += "\xef\xbf\xbd";
    } else {
      out += text.substr(0, point.bytes);
    }
    text.remove_prefix(point.bytes);
  }
}

template <class T>
void append_number(std::string& out, T value) {
  char digits[64];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

}  // namespace

void JsonLine::separate() {
  if (!first_) text_ += ',';
  first_ = false;
}

JsonLine& JsonLine::open(char bracket) {
  separate();
  text_ += bracket;
  first_ = true;
  return *this;
}

JsonLine& JsonLine::close(char bracket) {
  text_ += bracket;
  first_ = false;
  return *this;
}

JsonLine& JsonLine::key(std::string_view name) {
  string(name);
  text_ += ':';
  first_ = true;
  return *this;
}

JsonLine& JsonLine::string(std::string_view value) {
  separate();
  text_ += '"';
  append_escaped(text_, value);
  text_ += '"';
  return *this;
}

JsonLine& JsonLine::number(float value) {
  if (!std::isfinite(value)) return null();
  separate();
  append_number(text_, value);
  return *this;
}

JsonLine& JsonLine::number(double value) {
  if (!std::isfinite(value)) return null();
  separate();
  append_number(text_, value);
  return *this;
}

JsonLine& JsonLine::integer(int64_t value) {
  separate();
  append_number(text_, value);
  return *this;
}

JsonLine& JsonLine::boolean(bool value) { return raw(value ? "true" : "false"); }
JsonLine& JsonLine::null() { return raw("null"); }

JsonLine& JsonLine::raw(std::string_view value) {
  separate();
  text_ += value;
  return *this;
}

}  // namespace cli
