#include "models/hf_directory.h"

#include <algorithm>

namespace inlay::models {
namespace {

Result<std::optional<json::Document>> read_json(const std::string& path, bool required) {
  auto file = MappedFile::open(path, FileAccess::kCopy);
  if (!file.ok() && file.code() == StatusCode::kNotFound && !required)
    return std::optional<json::Document>();
  if (!file.ok()) return std::move(file).status();
  const auto bytes = (*file)->bytes();
  INLAY_ASSIGN(json::Document document,
               json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path));
  INLAY_TRY(document.root().expect(json::Kind::kObject));
  return std::optional(std::move(document));
}

struct NamedMode {
  std::string_view key;   // of old files
  std::string_view name;  // of new files
  PoolingConfig::Mode mode;
};
using Mode = PoolingConfig::Mode;
// In the order in which sentence-transformers puts results end to end.
constexpr NamedMode kModes[] = {
    {"pooling_mode_cls_token", "cls", Mode::kCls},
    {"pooling_mode_max_tokens", "max", Mode::kMax},
    {"pooling_mode_mean_tokens", "mean", Mode::kMean},
    {"pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens", Mode::kMeanSqrtLength},
    {"pooling_mode_weightedmean_tokens", "weightedmean", Mode::kWeightedMean},
    {"pooling_mode_lasttoken", "lasttoken", Mode::kLastToken},
};

Status add_mode(json::Value value, std::vector<Mode>& modes) {
  INLAY_ASSIGN(const std::string_view name, value.string());
  for (const NamedMode& known : kModes)
    if (known.name == name) {
      if (std::find(modes.begin(), modes.end(), known.mode) != modes.end())
        return value.error(format("expected each mode once, found {} twice", quote(name)));
      modes.push_back(known.mode);
      return Status();
    }
  return value.error(format("expected a pooling mode such as \"mean\", found {}", quote(name)));
}

Result<std::vector<Mode>> read_modes(json::Value config) {
  std::vector<Mode> modes;
  const json::Value named = config.at("pooling_mode");
  if (named.is_string()) {
    INLAY_TRY(add_mode(named, modes));
  } else if (!named.is_null()) {
    INLAY_TRY(named.expect(json::Kind::kArray));
    for (json::Value value : named.elements()) INLAY_TRY(add_mode(value, modes));
    if (modes.empty()) return named.error("expected a pooling mode, found none");
  }
  if (!modes.empty()) return modes;
  for (const NamedMode& known : kModes) {
    INLAY_ASSIGN(const bool on, config.at(known.key).boolean_or(false));
    if (on) modes.push_back(known.mode);
  }
  if (modes.empty()) return config.error("expected a pooling mode");
  return modes;
}

std::string_view last_part(std::string_view dotted) {
  const size_t dot = dotted.rfind('.');
  return dot == std::string_view::npos ? dotted : dotted.substr(dot + 1);
}

// modules.json: a list of {idx, name, path, type}, of which only the last part of `type` is stable.
Status read_modules(const std::string& path, HfDirectory& out) {
  auto file = MappedFile::open(path + "/modules.json", FileAccess::kCopy);
  if (!file.ok() && file.code() == StatusCode::kNotFound) return Status();
  if (!file.ok()) return std::move(file).status();
  const auto bytes = (*file)->bytes();
  INLAY_ASSIGN(const json::Document modules,
               json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                           path + "/modules.json"));
  INLAY_TRY(modules.root().expect(json::Kind::kArray));
  PoolingConfig pooling;
  for (json::Value module : modules.root().elements()) {
    INLAY_ASSIGN(const std::string_view type, module.at("type").string());
    const std::string_view kind = last_part(type);
    if (kind == "Transformer") continue;
    if (kind == "Normalize") {
      pooling.normalize = true;
    } else if (kind == "Pooling") {
      INLAY_ASSIGN(const std::string_view folder, module.at("path").string());
      INLAY_ASSIGN(const auto config, read_json(format("{}/{}/config.json", path, folder), true));
      INLAY_ASSIGN(pooling.modes, read_modes(config->root()));
    } else {
      return unsupported("{}/modules.json: module {} is not known here", path, quote(type));
    }
  }
  out.pooling = std::move(pooling);
  return Status();
}

Status read_prompts(const std::string& path, HfDirectory& out) {
  INLAY_ASSIGN(const auto config, read_json(path + "/config_sentence_transformers.json", false));
  if (!config) return Status();
  for (const auto [name, text] : config->root().at("prompts").members()) {
    INLAY_ASSIGN(const std::string_view value, text.string());
    out.prompts.push_back({std::string(name), std::string(value)});
  }
  INLAY_ASSIGN(const std::string_view name, config->root().at("default_prompt_name").string_or(""));
  out.default_prompt = name;
  return Status();
}

}  // namespace

Result<std::shared_ptr<const HfDirectory>> open_hf_directory(const std::string& path) {
  INLAY_ASSIGN(auto config, read_json(path + "/config.json", true));
  auto out = std::make_shared<HfDirectory>(path, std::move(*config));
  INLAY_TRY(read_modules(path, *out));
  INLAY_TRY(read_prompts(path, *out));
  return std::shared_ptr<const HfDirectory>(std::move(out));
}

}  // namespace inlay::models
