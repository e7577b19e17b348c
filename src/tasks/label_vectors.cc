#include "tasks/label_vectors.h"

#include <string_view>

#include "kernels/pooling.h"
#include "tasks/label_names.h"

namespace inlay::tasks {
namespace {

constexpr const char* kTemplates[] = {"{}", "This text is about {}."};

// The label's descriptions in all templates.
void append_texts(const Label& label, std::span<const std::string> templates,
                  std::vector<std::string>& out) {
  for (const std::string& pattern : templates) {
    for (const std::string& description : label.descriptions)
      out.push_back(fill_template(pattern, description));
    if (label.descriptions.empty()) out.push_back(fill_template(pattern, label.name));
  }
}

}  // namespace

Status check_labels(std::span<const Label> labels) {
  std::vector<std::string_view> names;
  for (const Label& label : labels) names.push_back(label.name);
  return check_label_names(names);
}

Result<std::vector<float>> label_vectors(const Embedder& embedder, std::span<const Label> labels,
                                         std::span<const std::string> templates) {
  const std::vector<std::string> built_in(std::begin(kTemplates), std::end(kTemplates));
  if (templates.empty()) templates = built_in;
  std::vector<std::string> texts;
  std::vector<size_t> begins = {0};
  for (const Label& label : labels) {
    append_texts(label, templates, texts);
    begins.push_back(texts.size());
  }
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  INLAY_ASSIGN(Embeddings embeddings, embedder.embed(views));
  normalize_rows(embeddings.data, embeddings.dimensions);
  const auto columns = static_cast<int64_t>(embeddings.dimensions);
  std::vector<float> out(labels.size() * embeddings.dimensions);
  for (size_t i = 0; i < labels.size(); ++i)
    kernels::mean_rows(embeddings.data.data() + begins[i] * embeddings.dimensions, columns,
                       static_cast<int64_t>(begins[i + 1] - begins[i]), columns,
                       out.data() + i * embeddings.dimensions);
  normalize_rows(out, embeddings.dimensions);
  return out;
}

}  // namespace inlay::tasks
