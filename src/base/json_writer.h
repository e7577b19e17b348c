// Writes JSON (RFC 8259) as it goes, on one line and without spaces.
//
//   json::Writer json;
//   json.begin_object().member("label", "Coding").key("scores").array(scores).end_object();
//   std::string text = std::move(json).text();
//
// Numbers are the shortest text that reads back as the same value; NaN and infinities become null;
// bytes that are not UTF-8 become U+FFFD. The caller keeps the order: key before value in an
// object, an end for each begin. For one thread at a time.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace inlay::json {

class Writer {
 public:
  Writer& begin_object() { return open('{'); }
  Writer& end_object() { return close('}'); }
  Writer& begin_array() { return open('['); }
  Writer& end_array() { return close(']'); }
  Writer& key(std::string_view name);

  Writer& value(std::string_view text);
  Writer& value(const char* text) { return value(std::string_view(text)); }
  Writer& value(const std::string& text) { return value(std::string_view(text)); }
  Writer& value(double number);
  Writer& value(float number);
  Writer& value(std::nullptr_t) { return raw("null"); }
  Writer& value(bool truth) { return raw(truth ? "true" : "false"); }
  template <std::signed_integral T>
  Writer& value(T number) {
    return integer(static_cast<int64_t>(number));
  }
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  Writer& value(T number) {
    return integer(static_cast<uint64_t>(number));
  }

  // A value that is JSON already.
  Writer& raw(std::string_view json);

  // key and value at once.
  template <class T>
  Writer& member(std::string_view name, const T& one) {
    return key(name).value(one);
  }

  // An array of what a range holds.
  template <class Range>
  Writer& array(const Range& range) {
    begin_array();
    for (const auto& one : range) value(one);
    return end_array();
  }

  const std::string& text() const& { return text_; }
  std::string text() && { return std::move(text_); }

 private:
  Writer& open(char bracket);
  Writer& close(char bracket);
  Writer& integer(int64_t number);
  Writer& integer(uint64_t number);

  std::string text_;
  bool comma_ = false;  // the next key or value follows another one
};

}  // namespace inlay::json
