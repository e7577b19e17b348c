// format("{} of {}", 3, "four"): text from values, without iostreams or locale.
//
// Each "{}" takes the next argument; "{{" and "}}" are braces. Too few arguments leave "{}" as it
// is. Text arguments are copied as they are; use quote() for text from outside.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace inlay {

// One argument, as text.
std::string to_text(std::string_view value);
std::string to_text(const char* value);
std::string to_text(bool value);
std::string to_text(char value);
std::string to_text(int64_t value);
std::string to_text(uint64_t value);
std::string to_text(double value);  // the shortest text that reads back as the same value

template <std::signed_integral T>
std::string to_text(T value) {
  return to_text(static_cast<int64_t>(value));
}
template <std::unsigned_integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char>)
std::string to_text(T value) {
  return to_text(static_cast<uint64_t>(value));
}
inline std::string to_text(float value) { return to_text(static_cast<double>(value)); }
inline std::string to_text(const std::string& value) { return value; }

std::string format_pieces(std::string_view pattern, std::span<const std::string> arguments);

template <class... Args>
std::string format(std::string_view pattern, const Args&... args) {
  if constexpr (sizeof...(args) == 0) {
    return format_pieces(pattern, {});
  } else {
    const std::string pieces[] = {to_text(args)...};
    return format_pieces(pattern, pieces);
  }
}

// "text" in double quotes on one line, at most `limit` bytes of it: control characters and invalid
// UTF-8 as \xNN, longer text cut with "…". For names and texts from outside in messages.
std::string quote(std::string_view text, size_t limit = 80);

}  // namespace inlay
