// How the program fails: one exception type, caught once in program.cc.
//
//   fail("labels.tsv:3: expected label<TAB>description, found ", quote(line));   // exit 1
//   fail_usage("run: --input: expected NAME=FILE.npy, found ", quote(text));    // exit 2
//
// A message is one line without a full stop: <place>: expected …, found …
#pragma once

#include <charconv>
#include <concepts>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cli {

struct Failure : std::runtime_error {
  Failure(const std::string& message, int status)
      : std::runtime_error(message), exit_status(status) {}
  int exit_status;
};

inline void append(std::string& out, std::string_view text) { out += text; }
template <std::integral T>
void append(std::string& out, T value) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

// The arguments, texts and integers, one after the other.
template <class... Args>
std::string concat(const Args&... args) {
  std::string out;
  (append(out, args), ...);
  return out;
}

template <class... Args>
[[noreturn]] void fail(const Args&... args) {
  throw Failure(concat(args...), 1);
}
template <class... Args>
[[noreturn]] void fail_usage(const Args&... args) {
  throw Failure(concat(args...), 2);
}

// "text" in double quotes on one line: control characters as \xNN, cut with … after `limit` bytes.
std::string quote(std::string_view text, size_t limit = 80);

}  // namespace cli
