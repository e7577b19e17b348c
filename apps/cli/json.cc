#include "json.h"

#include <charconv>
#include <cmath>

#include "failure.h"
#include "text_width.h"

namespace cli {
namespace {

constexpr int kMaxDepth = 64;

void append_utf8(std::string& out, uint32_t value) {
  if (value < 0x80) {
    out += static_cast<char>(value);
    return;
  }
  const int extra = value < 0x800 ? 1 : value < 0x10000 ? 2 : 3;
  static constexpr uint8_t kFirst[] = {0, 0xc0, 0xe0, 0xf0};
  out += static_cast<char>(kFirst[extra] | value >> (6 * extra));
  for (int i = extra - 1; i >= 0; --i) out += static_cast<char>(0x80 | (value >> (6 * i) & 0x3f));
}

class Parser {
 public:
  Parser(std::string_view text, std::string_view source) : text_(text), source_(source) {}

  Json parse() {
    Json json = value(0);
    skip_space();
    if (at_ != text_.size()) expected("the end");
    return json;
  }

 private:
  [[noreturn]] void expected(std::string_view what) const {
    fail(source_, ": byte ", at_, ": expected ", what, ", found ",
         at_ < text_.size() ? quote(text_.substr(at_), 12) : "the end");
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_space() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }
  bool take(char c) {
    skip_space();
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  void need(char c) {
    if (!take(c)) expected(quote(std::string_view(&c, 1)));
  }

  Json value(int depth) {
    skip_space();
    if (depth > kMaxDepth) expected("at most 64 levels");
    Json json;
    switch (peek()) {
      case '{': return object(depth);
      case '[': return array(depth);
      case '"':
        json.kind = Json::kString;
        json.text = string();
        return json;
      case 't': return word("true", Json::kTrue);
      case 'f': return word("false", Json::kFalse);
      case 'n': return word("null", Json::kNull);
      default: return number();
    }
  }

  Json word(std::string_view spelling, Json::Kind kind) {
    if (text_.substr(at_, spelling.size()) != spelling) expected("a value");
    at_ += spelling.size();
    Json json;
    json.kind = kind;
    return json;
  }

  Json number() {
    double parsed = 0;
    const char* begin = text_.data() + at_;
    const char first = peek() == '-' && at_ + 1 < text_.size() ? begin[1] : peek();
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), parsed);
    if (error == std::errc::invalid_argument || first < '0' || first > '9') expected("a value");
    Json json;
    json.kind = Json::kNumber;
    json.text.assign(begin, end);
    at_ += json.text.size();
    return json;
  }

  Json array(int depth) {
    Json json;
    json.kind = Json::kArray;
    need('[');
    if (take(']')) return json;
    do {
      json.elements.push_back(value(depth + 1));
    } while (take(','));
    need(']');
    return json;
  }

  Json object(int depth) {
    Json json;
    json.kind = Json::kObject;
    need('{');
    if (take('}')) return json;
    do {
      skip_space();
      if (peek() != '"') expected("a key");
      std::string key = string();
      need(':');
      json.keys.push_back(std::move(key));
      json.elements.push_back(value(depth + 1));
    } while (take(','));
    need('}');
    return json;
  }

  uint32_t hex4() {
    uint32_t unit = 0;
    const std::string_view digits = text_.substr(at_, 4);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (error != std::errc() || end != digits.data() + 4) expected("four hexadecimal digits");
    at_ += 4;
    return unit;
  }

  void escape(std::string& out) {
    static constexpr std::string_view kNames = "\"\\/bfnrt";
    static constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
    const char name = peek();
    if (const size_t i = kNames.find(name); name != '\0' && i != std::string_view::npos) {
      out += kValues[i];
      ++at_;
      return;
    }
    if (name != 'u') expected("an escape");
    ++at_;
    uint32_t point = hex4();
    if (point >= 0xd800 && point < 0xdc00 && text_.substr(at_, 2) == "\\u") {
      at_ += 2;
      const uint32_t low = hex4();
      if (low < 0xdc00 || low > 0xdfff) expected("the second half of a surrogate pair");
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
    } else if (point >= 0xd800 && point <= 0xdfff) {
      expected("a surrogate pair");
    }
    append_utf8(out, point);
  }

  std::string string() {
    std::string out;
    for (++at_; peek() != '"';) {
      if (static_cast<uint8_t>(peek()) < 0x20) expected("the end of a string");
      if (peek() == '\\') {
        ++at_;
        escape(out);
      } else {
        out += text_[at_++];
      }
    }
    ++at_;
    return out;
  }

  std::string_view text_, source_;
  size_t at_ = 0;
};

void append_json(JsonLine& line, const Json& json) {
  switch (json.kind) {
    case Json::kNull: line.null(); break;
    case Json::kFalse: line.boolean(false); break;
    case Json::kTrue: line.boolean(true); break;
    case Json::kNumber: line.raw(json.text); break;
    case Json::kString: line.string(json.text); break;
    case Json::kArray:
      line.begin_array();
      for (const Json& element : json.elements) append_json(line, element);
      line.end_array();
      break;
    case Json::kObject:
      line.begin_object();
      for (const auto& [key, value] : json.members()) append_json(line.key(key), value);
      line.end_object();
  }
}

}  // namespace

std::vector<Json::Member> Json::members() const {
  std::vector<Member> members;
  for (size_t i = 0; i < keys.size(); ++i) members.push_back({keys[i], elements[i]});
  return members;
}

const Json* Json::find(std::string_view key) const {
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == key) return &elements[i];
  }
  return nullptr;
}

const Json& Json::at(std::string_view key, std::string_view place) const {
  const Json* member = find(key);
  if (!member) fail(place, ": expected a member ", quote(key), ", found none");
  return *member;
}

Json parse_json(std::string_view text, std::string_view source) {
  return Parser(text, source).parse();
}

std::string write_json(const Json& json) {
  JsonLine line;
  append_json(line, json);
  return line.text();
}

}  // namespace cli
