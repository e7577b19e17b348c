// One pass over the text, by recursive descent: a node is appended when its value begins, and a
// container's end and size are filled in when it closes. Strings without escapes stay in the text;
// others are decoded into one side buffer.
//
// Cost: strings are scanned eight bytes a step, integers of up to 18 digits without a library call;
// a vocabulary of 30,000 entries (466 KB) takes about a millisecond.
#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

#include "base/json.h"
#include "base/utf8.h"

namespace inlay::json {
namespace {

constexpr int kMaxDepth = 128;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The high bit of the lowest byte of `eight` that ends a run of plain text (a quote, a backslash, a
// control character, not ASCII) is the lowest bit set; bits above it may be wrong.
uint64_t special_bytes(uint64_t eight) {
  constexpr uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
  const auto zeros = [](uint64_t v) { return (v - kOnes) & ~v; };
  const uint64_t quotes = zeros(eight ^ (kOnes * '"'));
  const uint64_t backslashes = zeros(eight ^ (kOnes * '\\'));
  const uint64_t controls = (eight - kOnes * 0x20) & ~eight;
  return (quotes | backslashes | controls | eight) & kHighs;
}

// The first byte of [at, end) that ends a run of plain text, or end.
const char* skip_plain(const char* at, const char* end) {
  if constexpr (std::endian::native == std::endian::little) {
    for (; end - at >= 8; at += 8) {
      uint64_t eight;
      std::memcpy(&eight, at, sizeof eight);
      if (const uint64_t special = special_bytes(eight)) return at + std::countr_zero(special) / 8;
    }
  }
  for (; at < end; ++at) {
    const auto byte = static_cast<unsigned char>(*at);
    if (byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\') break;
  }
  return at;
}

// Which end of double's range a number breaks, by the power of ten of its first digit that is not
// zero.
bool is_too_large(std::string_view number) {
  const size_t exponent_at = std::min(number.find_first_of("eE"), number.size());
  const std::string_view digits = number.substr(0, exponent_at);
  const size_t point = std::min(digits.find('.'), digits.size());
  const size_t first = std::min(digits.find_first_of("123456789"), digits.size());
  const int64_t power = static_cast<int64_t>(point) - static_cast<int64_t>(first);
  std::string_view text = number.substr(std::min(exponent_at + 1, number.size()));
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int64_t exponent = 0;
  for (const char c : text)
    exponent = std::min<int64_t>(10 * exponent + (c - '0'), 1'000'000'000'000);
  return (negative ? -exponent : exponent) + power > 0;
}

// Each step takes the place where it begins and returns the place behind what it read, or null
// after fail(). The place is never a member, so that it stays in a register.
class Parser {
 public:
  explicit Parser(Tree& tree)
      : tree_(tree), begin_(tree.text.data()), end_(begin_ + tree.text.size()) {}

  Status parse() {
    resize(std::min<size_t>(tree_.text.size() / 6, 1 << 22) + 16);
    const char* at = value(skip_space(begin_), 0);
    if (at) at = skip_space(at);
    if (at && at != end_) at = fail(at, "the end of the text");
    return at ? Status() : error();
  }

 private:
  // Notes what was expected where. Always null, for `return fail(…)`.
  const char* fail(const char* at, const char* expected) {
    failed_at_ = at;
    expected_ = expected;
    return nullptr;
  }

  Status error() const {
    const std::string_view rest(failed_at_, static_cast<size_t>(end_ - failed_at_));
    const size_t length = std::max<size_t>(1, utf8_sequence_length(rest));
    return corrupt("{}: byte {}: expected {}, found {}", tree_.source, failed_at_ - begin_,
                   expected_, rest.empty() ? "the end of the text" : quote(rest.substr(0, length)));
  }

  bool is(const char* at, char c) const { return at < end_ && *at == c; }

  const char* skip_space(const char* at) const {
    while (at < end_ && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) ++at;
    return at;
  }

  Node& push(Kind kind) {
    if (count_ == capacity_) resize(2 * capacity_);
    Node& node = tree_.nodes[count_++];
    node.kind = kind;
    node.decoded = false;
    return node;
  }

  void resize(size_t capacity) {
    auto nodes = std::make_unique_for_overwrite<Node[]>(capacity);
    std::copy_n(tree_.nodes.get(), count_, nodes.get());
    tree_.nodes = std::move(nodes);
    capacity_ = capacity;
  }

  // `depth` containers are open.
  const char* value(const char* at, int depth) {
    if (at == end_) return fail(at, "a value");
    switch (*at) {
      case '"': return string(at);
      case '{': return object(at, depth);
      case '[': return array(at, depth);
      case 't': return literal(at, "true", Kind::kBool, true);
      case 'f': return literal(at, "false", Kind::kBool, false);
      case 'n': return literal(at, "null", Kind::kNull, false);
      default: return *at == '-' || is_digit(*at) ? number(at) : fail(at, "a value");
    }
  }

  const char* literal(const char* at, std::string_view word, Kind kind, bool boolean) {
    if (!std::string_view(at, static_cast<size_t>(end_ - at)).starts_with(word)) {
      return fail(at, "a value");
    }
    push(kind).boolean = boolean;
    return at + word.size();
  }

  const char* object(const char* at, int depth) {
    if (depth == kMaxDepth) return fail(at, "at most 128 levels");
    const size_t index = count_;
    push(Kind::kObject);
    at = skip_space(at + 1);
    if (is(at, '}')) return close(at, index, 0);
    for (uint32_t size = 1;; ++size) {
      if (!is(at, '"')) return fail(at, "a key in quotes");
      if (!(at = string(at))) return nullptr;
      at = skip_space(at);
      if (!is(at, ':')) return fail(at, "':'");
      if (!(at = value(skip_space(at + 1), depth + 1))) return nullptr;
      at = skip_space(at);
      if (is(at, '}')) return close(at, index, size);
      if (!is(at, ',')) return fail(at, "',' or '}'");
      at = skip_space(at + 1);
    }
  }

  const char* array(const char* at, int depth) {
    if (depth == kMaxDepth) return fail(at, "at most 128 levels");
    const size_t index = count_;
    push(Kind::kArray);
    at = skip_space(at + 1);
    if (is(at, ']')) return close(at, index, 0);
    for (uint32_t size = 1;; ++size) {
      if (!(at = value(at, depth + 1))) return nullptr;
      at = skip_space(at);
      if (is(at, ']')) return close(at, index, size);
      if (!is(at, ',')) return fail(at, "',' or ']'");
      at = skip_space(at + 1);
    }
  }

  const char* close(const char* at, size_t index, uint32_t size) {
    Node& node = tree_.nodes[index];
    node.size = size;
    node.end = count_;
    return at + 1;
  }

  // `quote_at` is the opening quote.
  const char* string(const char* quote_at) {
    const char* begin = quote_at + 1;
    const char* at = text(begin);
    if (!at) return nullptr;
    if (*at == '\\') return escaped_string(begin, at);
    Node& node = push(Kind::kString);
    node.offset = static_cast<uint64_t>(begin - begin_);
    node.size = static_cast<uint32_t>(at - begin);
    return at + 1;
  }

  // Up to the next quote or backslash.
  const char* text(const char* at) {
    for (;;) {
      at = skip_plain(at, end_);
      if (at == end_) return fail(at, "'\"'");
      const auto byte = static_cast<unsigned char>(*at);
      if (byte == '"' || byte == '\\') return at;
      if (byte < 0x20) return fail(at, "a character or an escape");
      const size_t length = utf8_sequence_length({at, static_cast<size_t>(end_ - at)});
      if (length == 0) return fail(at, "UTF-8");
      at += length;
    }
  }

  // `at` is the first backslash of the string whose text begins at `begin`.
  const char* escaped_string(const char* begin, const char* at) {
    std::string& out = tree_.decoded;
    const size_t offset = out.size();
    for (;;) {
      out.append(begin, at);
      if (*at == '"') break;
      if (!(begin = escape(at, out))) return nullptr;
      if (!(at = text(begin))) return nullptr;
    }
    Node& node = push(Kind::kString);
    node.decoded = true;
    node.offset = offset;
    node.size = static_cast<uint32_t>(out.size() - offset);
    return at + 1;
  }

  // `at` is a backslash.
  const char* escape(const char* at, std::string& out) {
    ++at;
    switch (at < end_ ? *at : '\0') {
      case '"': out += '"'; break;
      case '\\': out += '\\'; break;
      case '/': out += '/'; break;
      case 'b': out += '\b'; break;
      case 'f': out += '\f'; break;
      case 'n': out += '\n'; break;
      case 'r': out += '\r'; break;
      case 't': out += '\t'; break;
      case 'u': return unicode_escape(at, out);
      default: return fail(at, "one of \" \\ / b f n r t u after a backslash");
    }
    return at + 1;
  }

  // `at` is the u of \uXXXX; two such escapes may form one code point (a surrogate pair).
  const char* unicode_escape(const char* at, std::string& out) {
    const char* escape_at = at - 1;
    char32_t high = 0, low = 0;
    if (!(at = four_hex_digits(at + 1, high))) return nullptr;
    if (high >= 0xD800 && high < 0xE000) {
      const bool pair = high < 0xDC00 && is(at, '\\') && is(at + 1, 'u');
      if (pair && !(at = four_hex_digits(at + 2, low))) return nullptr;
      if (low < 0xDC00 || low > 0xDFFF) return fail(escape_at, "a pair of surrogates");
      high = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    }
    utf8_append(out, high);
    return at;
  }

  const char* four_hex_digits(const char* at, char32_t& value) {
    for (int i = 0; i < 4; ++i, ++at) {
      const char c = at < end_ ? *at : '\0';
      const char lower = static_cast<char>(c | 0x20);
      if (!is_digit(c) && (lower < 'a' || lower > 'f')) return fail(at, "a hexadecimal digit");
      value = value << 4 | static_cast<char32_t>(is_digit(c) ? c - '0' : lower - 'a' + 10);
    }
    return at;
  }

  const char* number(const char* begin) {
    const bool negative = *begin == '-';
    const char* digits = begin + negative;
    const char* at = digits;
    uint64_t magnitude = 0;  // right for up to 19 digits
    for (; at < end_ && is_digit(*at); ++at)
      magnitude = magnitude * 10 + static_cast<uint64_t>(*at - '0');
    if (at == digits) return fail(at, "a digit");
    if (*digits == '0' && at - digits > 1) return fail(digits + 1, "no digit after a leading 0");
    const bool integral = !is(at, '.') && !is(at, 'e') && !is(at, 'E');
    const bool minus_zero = negative && magnitude == 0;
    if (!integral || minus_zero) return real_number(begin, at);
    if (at - digits > 18) return long_integer(begin, at);
    const auto value = static_cast<int64_t>(magnitude);
    push(Kind::kInteger).integer = negative ? -value : value;
    return at;
  }

  // 19 digits and more: an integer if it fits in 64 bits.
  const char* long_integer(const char* begin, const char* at) {
    int64_t value = 0;
    if (std::from_chars(begin, at, value).ec != std::errc()) return real_number(begin, at);
    push(Kind::kInteger).integer = value;
    return at;
  }

  // `at` is behind the digits of the integral part.
  const char* real_number(const char* begin, const char* at) {
    if (is(at, '.') && !(at = some_digits(at + 1))) return nullptr;
    if (is(at, 'e') || is(at, 'E')) {
      const bool sign = is(at + 1, '+') || is(at + 1, '-');
      if (!(at = some_digits(at + 1 + sign))) return nullptr;
    }
    double value = 0;
    if (std::from_chars(begin, at, value).ec == std::errc::result_out_of_range) {
      const bool negative = *begin == '-';
      if (is_too_large({begin + negative, at})) return fail(begin, "a number of at most 1.8e308");
      value = negative ? -0.0 : 0.0;
    }
    push(Kind::kNumber).number = value;
    return at;
  }

  const char* some_digits(const char* at) {
    const char* begin = at;
    while (at < end_ && is_digit(*at)) ++at;
    return at > begin ? at : fail(at, "a digit");
  }

  Tree& tree_;
  const char* begin_;
  const char* end_;
  size_t count_ = 0;     // of nodes
  size_t capacity_ = 0;  // of tree_.nodes
  const char* failed_at_ = nullptr;
  const char* expected_ = "";
};

}  // namespace

Result<Document> parse_in_place(std::string_view text, std::shared_ptr<const void> owner,
                                std::string source_name) {
  if (text.size() > UINT32_MAX) {
    return unsupported("{}: expected less than 4 GiB of JSON, found {} bytes", source_name,
                       text.size());
  }
  auto tree = std::make_unique<Tree>();
  tree->source = std::move(source_name);
  tree->owner = std::move(owner);
  tree->text = text;
  INLAY_TRY(Parser(*tree).parse());
  return Document(std::move(tree));
}

Result<Document> parse(std::string_view text, std::string source_name) {
  auto copy = std::make_shared<const std::string>(text);
  return parse_in_place(*copy, copy, std::move(source_name));
}

Result<Document> parse_file(const std::string& path, FileAccess access) {
  INLAY_ASSIGN(const auto file, MappedFile::open(path, access));
  return parse_in_place(file->text(), file, path);
}

}  // namespace inlay::json
