// Texts and labels as the functions of several tasks take them.
#pragma once

#include <string_view>
#include <vector>

#include "api/handle.h"
#include "tasks/label_vectors.h"

namespace inlay::api {

// So many texts, as read_text reads each of them.
Result<std::vector<std::string_view>> read_texts(const char* const* texts, const size_t* bytes,
                                                 size_t count, std::string_view name);

Result<std::vector<tasks::Label>> read_labels(const inlay_label* labels, size_t count);

}  // namespace inlay::api
