#include "base/json.h"

namespace inlay::json {
namespace {

std::string_view kind_text(Kind kind) {
  switch (kind) {
    case Kind::kNull: return "null";
    case Kind::kBool: return "a boolean";
    case Kind::kInteger: return "an integer";
    case Kind::kNumber: return "a number";
    case Kind::kString: return "a string";
    case Kind::kArray: return "an array";
    case Kind::kObject: return "an object";
  }
  return "";
}

// ".hidden_size", or ["a b"] for a key that is no identifier.
void append_key(std::string& path, std::string_view key) {
  bool plain = !key.empty() && key.size() <= 64;
  for (const char c : key) {
    plain = plain && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-');
  }
  if (plain) {
    path += '.';
    path += key;
  } else {
    path += format("[{}]", quote(key, 64));
  }
}

void append_index(std::string& path, size_t index) { path += format("[{}]", index); }

// Steps one level down from `from` towards `to`, which lies inside it.
uint32_t step_down(const Tree& tree, uint32_t from, uint32_t to, std::string& path) {
  if (tree.nodes[from].kind == Kind::kObject) {
    uint32_t key = from + 1;
    while (tree.after(key + 1) <= to) key = tree.after(key + 1);
    append_key(path, tree.text_of(key));
    return key + 1;
  }
  uint32_t element = from + 1;
  size_t index = 0;
  for (; tree.after(element) <= to; ++index) element = tree.after(element);
  append_index(path, index);
  return element;
}

bool fits_integer(double value) {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  return value >= -kLimit && value < kLimit &&
         value == static_cast<double>(static_cast<int64_t>(value));
}

}  // namespace

Value Value::missing(const char* key, size_t number) const {
  if (!exists()) return *this;  // the first that is missing is the one to name
  Value value(tree_, index_);
  value.missing_ = true;
  value.missing_key_ = key;
  value.missing_number_ = number;
  return value;
}

Value Value::at(std::string_view key) const {
  Value found;
  for (const auto [name, value] : members()) {
    if (name == key) found = value;
  }
  return found.exists() ? found : missing(key.data() ? key.data() : "", key.size());
}

Value Value::at(size_t index) const {
  if (!is_array() || index >= size()) return missing(nullptr, index);
  uint32_t element = index_ + 1;
  for (; index > 0; --index) element = tree_->after(element);
  return Value(tree_, element);
}

Members Value::members() const {
  Members range;
  if (!is_object()) return range;
  range.begin_ = MemberIterator(tree_, index_ + 1);
  range.end_ = MemberIterator(tree_, tree_->after(index_));
  return range;
}

Elements Value::elements() const {
  Elements range;
  if (!is_array()) return range;
  range.begin_ = ElementIterator(tree_, index_ + 1);
  range.end_ = ElementIterator(tree_, tree_->after(index_));
  return range;
}

std::string Value::path() const {
  std::string path = "$";
  for (uint32_t at = 0; at != index_;) at = step_down(*tree_, at, index_, path);
  if (missing_ && missing_key_) append_key(path, {missing_key_, missing_number_});
  if (missing_ && !missing_key_) append_index(path, missing_number_);
  return path;
}

Status Value::error(std::string_view message) const {
  if (!tree_) return corrupt("{}", message);
  return corrupt("{}: {}: {}", tree_->source, path(), message);
}

Status Value::wrong_kind(std::string_view expected) const {
  return error(format("expected {}, found {}", expected, exists() ? kind_text(kind()) : "nothing"));
}

Result<std::string_view> Value::string() const {
  if (!is_string()) return wrong_kind("a string");
  return tree_->text_of(index_);
}

Result<int64_t> Value::integer() const {
  if (kind() == Kind::kInteger) return node().integer;
  if (kind() != Kind::kNumber) return wrong_kind("an integer");
  if (!fits_integer(node().number)) {
    return error(format("expected an integer of 64 bits, found {}", node().number));
  }
  return static_cast<int64_t>(node().number);
}

Result<double> Value::number() const {
  if (kind() == Kind::kInteger) return static_cast<double>(node().integer);
  if (kind() != Kind::kNumber) return wrong_kind("a number");
  return node().number;
}

Result<bool> Value::boolean() const {
  if (kind() != Kind::kBool) return wrong_kind("a boolean");
  return node().boolean;
}

Status Value::expect(Kind expected) const {
  const bool fits = exists() && (kind() == expected || (expected == Kind::kNumber && is_number()));
  return fits ? Status() : wrong_kind(kind_text(expected));
}

Result<std::string_view> Value::string_or(std::string_view fallback) const {
  return is_null() ? fallback : string();
}
Result<int64_t> Value::integer_or(int64_t fallback) const {
  return is_null() ? fallback : integer();
}
Result<double> Value::number_or(double fallback) const { return is_null() ? fallback : number(); }
Result<bool> Value::boolean_or(bool fallback) const { return is_null() ? fallback : boolean(); }

}  // namespace inlay::json
