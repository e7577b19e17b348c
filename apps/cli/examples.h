// Texts with their labels, for the command classify.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli {

struct Examples {
  std::vector<std::string> texts, labels;  // as many of each
};

// Lines {"text": …, "label": …}; other members and empty lines are left out. Throws Failure with the
// file and line.
Examples parse_examples(std::string_view content, std::string_view place);

}  // namespace cli
