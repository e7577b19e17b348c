#include "tasks/label_names.h"

#include <unordered_set>

namespace inlay::tasks {

Status check_label_names(std::span<const std::string_view> names) {
  std::unordered_set<std::string_view> seen;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) return invalid("label {}: expected a name, found nothing", i);
    if (!seen.insert(names[i]).second)
      return invalid("label {}: expected each name once, found {} again", i, quote(names[i]));
  }
  return Status();
}

Status check_template(std::string_view pattern) {
  if (pattern.find("{}") != std::string_view::npos) return Status();
  return invalid("template {}: expected \"{{}}\" for the description", quote(pattern));
}

std::string fill_template(std::string_view pattern, std::string_view text) {
  const size_t at = pattern.find("{}");
  return std::string(pattern.substr(0, at)).append(text).append(pattern.substr(at + 2));
}

}  // namespace inlay::tasks
