// What the functions for tasks read from their arguments.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "inlay/inlay.h"
#include "tasks/activation.h"
#include "tasks/label_vectors.h"

namespace inlay::api {

// `count` texts of lengths in bytes, or NUL-terminated where lengths is null. `name` is how messages
// call one: "text".
Result<std::vector<std::string_view>> read_texts(const char* const* texts, const size_t* bytes,
                                                 size_t count, std::string_view name);
Result<std::vector<tasks::Label>> read_labels(const inlay_label* labels, size_t count);
int read_threads(uint32_t threads);
// With the model's own prompt and all else as it comes.
Result<std::shared_ptr<const tasks::Embedder>> make_embedder(const inlay_model& model,
                                                             uint32_t threads);
// Fails for a number that is none of inlay_activation.
Result<tasks::Activation> read_activation(uint32_t activation);

}  // namespace inlay::api
