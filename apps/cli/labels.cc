#include "labels.h"

#include <algorithm>

#include "failure.h"
#include "text_width.h"

namespace cli {
namespace {

std::string_view trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

Label* find_label(std::vector<Label>& labels, std::string_view name) {
  const auto found = std::find_if(labels.begin(), labels.end(),
                                  [&](const Label& label) { return label.name == name; });
  return found == labels.end() ? nullptr : &*found;
}

void check_utf8(std::string_view text, std::string_view place) {
  for (std::string_view rest = text; !rest.empty();) {
    const CodePoint point = next_code_point(rest);
    if (!point.valid)
      fail(place, ": expected UTF-8, found ", quote(rest.substr(0, 4)), " at byte ",
           text.size() - rest.size());
    rest.remove_prefix(point.bytes);
  }
}

void check_count(const std::vector<Label>& labels, std::string_view place) {
  if (labels.empty()) fail(place, ": expected labels, found none");
}

}  // namespace

std::vector<Label> parse_labels(std::string_view text) {
  std::vector<Label> labels;
  check_utf8(text, "--labels");
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string_view name = trim(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (name.empty()) continue;
    if (find_label(labels, name))
      fail("--labels: expected each label once, found ", quote(name), " twice");
    labels.push_back({std::string(name), {}});
  }
  check_count(labels, "--labels");
  return labels;
}

std::vector<Label> parse_labels_file(std::string_view content, std::string_view place) {
  std::vector<Label> labels;
  if (content.starts_with("\xef\xbb\xbf")) content.remove_prefix(3);
  for (int number = 1; !content.empty(); ++number) {
    const size_t end = std::min(content.find('\n'), content.size());
    const std::string_view line = content.substr(0, end);
    content.remove_prefix(std::min(end + 1, content.size()));
    check_utf8(line, concat(place, ":", number));
    if (trim(line).empty() || line.starts_with('#')) continue;
    const size_t tab = std::min(line.find('\t'), line.size());
    const std::string_view name = trim(line.substr(0, tab));
    const std::string_view description = trim(line.substr(tab));
    if (name.empty()) {
      fail(place, ":", number, ": expected label<TAB>description, found ", quote(line));
    }
    if (line.find('\0') != std::string_view::npos)
      fail(place, ":", number, ": expected text, found a NUL byte");
    Label* label = find_label(labels, name);
    if (!label) label = &labels.emplace_back(Label{std::string(name), {}});
    if (!description.empty()) label->descriptions.emplace_back(description);
  }
  check_count(labels, place);
  return labels;
}

LabelPointers::LabelPointers(const std::vector<Label>& labels) {
  for (const Label& label : labels) {
    std::vector<const char*>& texts = descriptions_.emplace_back();
    for (const std::string& description : label.descriptions) texts.push_back(description.c_str());
  }
  for (size_t i = 0; i < labels.size(); ++i) {
    labels_.push_back({labels[i].name.c_str(), descriptions_[i].data(), descriptions_[i].size()});
  }
}

}  // namespace cli
