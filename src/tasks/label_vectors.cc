#include "tasks/label_vectors.h"

#include <set>
#include <string_view>

#include "kernels/pooling.h"

namespace inlay::tasks {
namespace {

constexpr const char* kTemplates[] = {"{}", "This text is about {}."};

std::string fill(std::string_view pattern, std::string_view description) {
  const size_t at = pattern.find("{}");
  return std::string(pattern.substr(0, at)).append(description).append(pattern.substr(at + 2));
}

// The label's descriptions in all templates.
void append_texts(const Label& label, std::span<const std::string> templates,
                  std::vector<std::string>& out) {
  for (const std::string& pattern : templates) {
    for (const std::string& description : label.descriptions)
      out.push_back(fill(pattern, description));
    if (label.descriptions.empty()) out.push_back(fill(pattern, label.name));
  }
}

}  // namespace

Status check_label_names(std::span<const Label> labels) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].name.empty()) return invalid("label {}: expected a name, found nothing", i);
    if (!names.insert(labels[i].name).second)
      return invalid("label {}: expected each name once, found {} again", i, quote(labels[i].name));
  }
  return Status();
}

void normalize_rows(std::vector<float>& rows, size_t dimensions) {
  for (size_t begin = 0; begin < rows.size(); begin += dimensions)
    kernels::l2_normalize(&rows[begin], &rows[begin], static_cast<int64_t>(dimensions), 1e-12f);
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
