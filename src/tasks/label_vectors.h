// Labels in words as vectors: what zero-shot classification compares with, and what few-shot heads are
// shrunk towards.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tasks/embedder.h"

namespace inlay::tasks {

struct Label {
  std::string name;
  std::vector<std::string> descriptions;  // empty: the name describes itself
};

// Fails with kInvalidArgument for a label without a name, or a name twice.
Status check_labels(std::span<const Label> labels);

// [labels, dimensions]: each the mean of the vectors of its descriptions in all templates, of length 1.
// No templates: "{}" and "This text is about {}.". Requires "{}" in each template.
Result<std::vector<float>> label_vectors(const Embedder& embedder, std::span<const Label> labels,
                                         std::span<const std::string> templates);

}  // namespace inlay::tasks
