// StringSplit (ONNX 20): the parts of each text between delimiters, or between white space, and how many there are.
// Rows of fewer parts than the longest end in empty texts.
#include <algorithm>
#include <limits>
#include <optional>

#include "base/utf8.h"
#include "ops/ml/label_map.h"
#include "ops/objects/object_op.h"

namespace inlay::ops {
namespace {

using Parts = std::vector<std::string_view>;

// White_Space of Unicode, and the separators U+001C to U+001F.
bool is_space(char32_t c) {
  return (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

// The bytes of the character that `text` begins with; a byte that begins none stands alone.
size_t character(std::string_view text, bool& space) {
  const size_t length = utf8_sequence_length(text);
  space = length > 0 && is_space(utf8_decode(text, length));
  return std::max<size_t>(length, 1);
}

// The first byte at `from` or later whose character is white space, or is not.
size_t find(std::string_view text, size_t from, bool wanted) {
  for (bool space; from < text.size();) {
    const size_t length = character(text.substr(from), space);
    if (space == wanted) break;
    from += length;
  }
  return std::min(from, text.size());
}

std::string_view without_space_at_end(std::string_view text) {
  size_t end = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t stop = find(text, at, true);
    end = std::max(end, stop > at ? stop : end);
    at = find(text, stop, false);
  }
  return text.substr(0, end);
}

void split_at_space(std::string_view text, int64_t most, Parts& parts) {
  text = without_space_at_end(text);
  for (size_t at = find(text, 0, false); at < text.size();) {
    if (most-- == 0) return parts.push_back(text.substr(at));
    const size_t end = find(text, at, true);
    parts.push_back(text.substr(at, end - at));
    at = find(text, end, false);
  }
}

void split_at(std::string_view delimiter, std::string_view text, int64_t most, Parts& parts) {
  for (;;) {
    const size_t end = most-- == 0 ? text.npos : text.find(delimiter);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return;
    text.remove_prefix(end + delimiter.size());
  }
}

}  // namespace

Status eval_string_split(ObjectCall& call) {
  INLAY_ASSIGN(const graph::TensorRef x, call.strings(0));
  const std::string_view delimiter = call.node().text("delimiter", "");
  // A negative number is none, as if it were left out.
  const int64_t given = call.node().integer("maxsplit", -1);
  const int64_t most = given < 0 ? std::numeric_limits<int64_t>::max() : given;
  std::vector<Parts> all;
  std::vector<int64_t> counts;
  size_t longest = 0;
  for (const std::string& text : x->strings) {
    Parts parts;
    delimiter.empty() ? split_at_space(text, most, parts) : split_at(delimiter, text, most, parts);
    counts.push_back(static_cast<int64_t>(parts.size()));
    longest = std::max(longest, parts.size());
    all.push_back(std::move(parts));
  }
  // One long text makes every row as long.
  INLAY_TRY(call.host().reserve(static_cast<int64_t>(all.size() * longest * sizeof(std::string))));
  std::vector<std::string> texts;
  texts.reserve(all.size() * longest);
  for (const Parts& parts : all) {
    for (const std::string_view part : parts) texts.emplace_back(part);
    texts.resize(texts.size() + longest - parts.size());
  }
  std::vector<int64_t> shape = x->shape;
  shape.push_back(static_cast<int64_t>(longest));
  INLAY_TRY(call.set_output(0, ml::string_tensor(std::move(shape), std::move(texts))));
  return call.set_output(1, graph::make_tensor(graph::DType::kInt64, x->shape, counts));
}

}  // namespace inlay::ops
