#include "models/hf_directory.h"

namespace inlay::models {
namespace {

Status read_prompts(const std::string& path, HfDirectory& out) {
  INLAY_ASSIGN(const auto config,
               read_json(path + "/config_sentence_transformers.json", json::Kind::kObject));
  if (!config) return Status();
  for (const auto [name, text] : config->root().at("prompts").members()) {
    INLAY_ASSIGN(const std::string_view value, text.string());
    out.prompts.push_back({std::string(name), std::string(value)});
  }
  INLAY_ASSIGN(const std::string_view name, config->root().at("default_prompt_name").string_or(""));
  out.default_prompt = name;
  INLAY_ASSIGN(const std::string_view similarity,
               config->root().at("similarity_fn_name").string_or(""));
  out.similarity = similarity;
  return Status();
}

// config.json; an empty object where the encoder needs none.
Result<json::Document> read_encoder_config(const SentenceModules& modules) {
  const std::string path = modules.encoder_folder + "/config.json";
  INLAY_ASSIGN(auto config, read_json(path, json::Kind::kObject));
  if (config) return std::move(*config);
  if (modules.encoder == SentenceModules::Encoder::kStaticEmbedding) return json::parse("{}", path);
  return not_found("{}: expected a file, found none there", path);
}

}  // namespace

Result<std::shared_ptr<const HfDirectory>> open_hf_directory(const std::string& path) {
  INLAY_ASSIGN(SentenceModules modules, read_sentence_modules(path));
  INLAY_ASSIGN(json::Document config, read_encoder_config(modules));
  auto out = std::make_shared<HfDirectory>(path, std::move(modules), std::move(config));
  INLAY_TRY(read_prompts(path, *out));
  return std::shared_ptr<const HfDirectory>(std::move(out));
}

}  // namespace inlay::models
