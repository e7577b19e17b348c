// Labels in words, and the sentences that are made of them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

namespace inlay::tasks {

// Fails for a name that is empty or there twice.
Status check_label_names(std::span<const std::string_view> names);
// Fails unless the pattern has "{}".
Status check_template(std::string_view pattern);
// The pattern with the text in place of its first "{}".
std::string fill_template(std::string_view pattern, std::string_view text);

}  // namespace inlay::tasks
