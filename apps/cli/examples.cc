#include "examples.h"

#include <algorithm>

#include "failure.h"
#include "json.h"

namespace cli {
namespace {

std::string text_member(const Json& line, std::string_view key, std::string_view place) {
  const Json& value = line.at(key, place);
  if (value.kind != Json::kString)
    fail(place, ": ", key, ": expected a string, found ", write_json(value).substr(0, 40));
  return value.text;
}

}  // namespace

Examples parse_examples(std::string_view content, std::string_view place) {
  Examples examples;
  if (content.starts_with("\xef\xbb\xbf")) content.remove_prefix(3);
  for (int number = 1; !content.empty(); ++number) {
    const size_t end = std::min(content.find('\n'), content.size());
    const std::string_view line = content.substr(0, end);
    content.remove_prefix(std::min(end + 1, content.size()));
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    const std::string where = concat(place, ":", number);
    const Json object = parse_json(line, where);
    examples.texts.push_back(text_member(object, "text", where));
    const std::string label = text_member(object, "label", where);
    if (label.find('\0') != label.npos) fail(where, ": label: expected text, found a NUL byte");
    examples.labels.push_back(label);
  }
  if (examples.texts.empty()) fail(place, ": expected examples, found none");
  return examples;
}

}  // namespace cli
