#include "api/arguments.h"

#include <algorithm>

#include "api/handle.h"
#include "api/objects.h"

namespace inlay::api {

Result<std::vector<std::string_view>> read_texts(const char* const* texts, const size_t* bytes,
                                                 size_t count, std::string_view name) {
  if (count > 0) INLAY_TRY(expect_not_null(texts, format("{}s", name)));
  std::vector<std::string_view> out;
  for (size_t i = 0; i < count; ++i) {
    INLAY_ASSIGN(const std::string_view text, read_text(texts[i], bytes, i, name));
    out.push_back(text);
  }
  return out;
}

Result<std::vector<tasks::Label>> read_labels(const inlay_label* labels, size_t count) {
  if (count > 0) INLAY_TRY(expect_not_null(labels, "labels"));
  std::vector<tasks::Label> out;
  for (size_t i = 0; i < count; ++i) {
    INLAY_ASSIGN(const std::string_view name, read_text(labels[i].name, nullptr, i, "label"));
    tasks::Label label{std::string(name), {}};
    for (size_t j = 0; j < labels[i].description_count; ++j) {
      INLAY_TRY(expect_not_null(labels[i].descriptions, "descriptions"));
      INLAY_ASSIGN(const std::string_view text,
                   read_text(labels[i].descriptions[j], nullptr, j, "description"));
      label.descriptions.emplace_back(text);
    }
    out.push_back(std::move(label));
  }
  return out;
}

int read_threads(uint32_t threads) {
  return static_cast<int>(std::min<uint32_t>(threads, INT32_MAX));
}

Result<std::shared_ptr<const tasks::Embedder>> make_embedder(const inlay_model& model,
                                                             uint32_t threads) {
  tasks::EmbedderOptions options;
  options.threads = read_threads(threads);
  return tasks::Embedder::create(model.model, std::move(options));
}

Result<tasks::Activation> read_activation(uint32_t activation) {
  if (activation > INLAY_ACTIVATION_NONE)
    return invalid("activation: expected one of inlay_activation, found {}", activation);
  return static_cast<tasks::Activation>(activation);
}

}  // namespace inlay::api
