// JSON (RFC 8259), read into a tree and written a line at a time.
//
//   const Json manifest = parse_json(text, "manifest.json");
//   for (const Json& file : manifest.at("files").elements) …
//   JsonLine line;
//   line.begin_object().key("text").string("a").key("score").number(0.5f).end_object();
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cli {

struct Json {
  enum Kind { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

  Kind kind = kNull;
  std::string text;               // a string's value; a number as it is spelled
  std::vector<Json> elements;     // of an array; the values of an object
  std::vector<std::string> keys;  // of an object, one for each element

  struct Member {
    const std::string& key;
    const Json& value;
  };
  // Of an object, in the order of the text. Points into this value.
  std::vector<Member> members() const;

  // The member, or null when this is no object or has none such.
  const Json* find(std::string_view key) const;
  // The member. Throws Failure "<place>: expected a member "key", found none".
  const Json& at(std::string_view key, std::string_view place) const;
};

// Throws Failure "<source>: byte N: expected …, found …". Depth is at most 64.
Json parse_json(std::string_view text, std::string_view source);

// `json` on one line.
std::string write_json(const Json& json);

class JsonLine {
 public:
  JsonLine& begin_object() { return open('{'); }
  JsonLine& end_object() { return close('}'); }
  JsonLine& begin_array() { return open('['); }
  JsonLine& end_array() { return close(']'); }
  JsonLine& key(std::string_view name);
  JsonLine& string(std::string_view value);  // bytes that are not UTF-8 become U+FFFD
  JsonLine& number(float value);  // the shortest text that reads back; null when not finite
  JsonLine& number(double value);
  JsonLine& integer(int64_t value);
  JsonLine& boolean(bool value);
  JsonLine& null();
  JsonLine& raw(std::string_view value);  // JSON already
  template <class T>
  JsonLine& integers(std::span<const T> values) {
    begin_array();
    for (const T value : values) integer(static_cast<int64_t>(value));
    return end_array();
  }

  const std::string& text() const { return text_; }

 private:
  JsonLine& open(char bracket);
  JsonLine& close(char bracket);
  void separate();

  std::string text_;
  bool first_ = true;  // nothing stands before the next value in its container
};

}  // namespace cli
