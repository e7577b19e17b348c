// Labels in words, for the command classify.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inlay/inlay.h"

namespace cli {

struct Label {
  std::string name;
  std::vector<std::string> descriptions;  // none: the name describes itself
};

// "Coding,Mail": at least two different names.
std::vector<Label> parse_labels(std::string_view text);

// Lines `label` or `label<TAB>description`; several lines may describe one label. Empty lines and
// lines that begin with # are left out. Throws Failure with the file and line.
std::vector<Label> parse_labels_file(std::string_view content, std::string_view place);

// Labels as the C ABI takes them. Points into `labels`, which must not change meanwhile.
class LabelPointers {
 public:
  explicit LabelPointers(const std::vector<Label>& labels);
  const std::vector<inlay_label>& labels() const { return labels_; }

 private:
  std::vector<std::vector<const char*>> descriptions_;
  std::vector<inlay_label> labels_;
};

}  // namespace cli
