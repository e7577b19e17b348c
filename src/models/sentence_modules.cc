#include "models/sentence_modules.h"

#include <algorithm>

namespace inlay::models {
namespace {

using Mode = Pooling::Mode;

struct NamedMode {
  std::string_view key;   // of old files
  std::string_view name;  // of new files
  Mode mode;
};
// In the order in which sentence-transformers puts results end to end.
constexpr NamedMode kModes[] = {
    {"pooling_mode_cls_token", "cls", Mode::kCls},
    {"pooling_mode_max_tokens", "max", Mode::kMax},
    {"pooling_mode_mean_tokens", "mean", Mode::kMean},
    {"pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens", Mode::kMeanSqrtLength},
    {"pooling_mode_weightedmean_tokens", "weightedmean", Mode::kWeightedMean},
    {"pooling_mode_lasttoken", "lasttoken", Mode::kLastToken},
};

struct NamedActivation {
  std::string_view name;  // the last part of a class of torch
  SentenceDense::Activation activation;
};
constexpr NamedActivation kActivations[] = {
    {"Identity", SentenceDense::Activation::kNone},   {"Tanh", SentenceDense::Activation::kTanh},
    {"ReLU", SentenceDense::Activation::kRelu},       {"GELU", SentenceDense::Activation::kGelu},
    {"Sigmoid", SentenceDense::Activation::kSigmoid}, {"SiLU", SentenceDense::Activation::kSilu},
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

// A module's folder lies inside the directory.
Result<std::string> read_folder(const std::string& directory, json::Value module) {
  INLAY_ASSIGN(const std::string_view path, module.at("path").string_or(""));
  if (path.starts_with('/') || path.find("..") != std::string_view::npos ||
      path.find('\\') != std::string_view::npos)
    return module.at("path").error(
        format("expected a folder of the directory, found {}", quote(path)));
  return path.empty() || path == "." ? directory : format("{}/{}", directory, path);
}

Result<json::Document> read_config(const std::string& folder) {
  INLAY_ASSIGN(auto config, read_json(folder + "/config.json", json::Kind::kObject));
  if (!config) return not_found("{}/config.json: expected a file, found none there", folder);
  return std::move(*config);
}

Result<SentenceModule> read_pooling(const std::string& folder) {
  INLAY_ASSIGN(const json::Document config, read_config(folder));
  Pooling pooling;
  INLAY_ASSIGN(pooling.modes, read_modes(config.root()));
  INLAY_ASSIGN(pooling.include_prompt, config.root().at("include_prompt").boolean_or(true));
  return SentenceModule(std::move(pooling));
}

Result<SentenceModule> read_dense(const std::string& folder) {
  INLAY_ASSIGN(const json::Document config, read_config(folder));
  const json::Value activation = config.root().at("activation_function");
  INLAY_ASSIGN(const std::string_view name, activation.string_or("Tanh"));
  INLAY_ASSIGN(const std::string_view input,
               config.root().at("module_input_name").string_or("sentence_embedding"));
  if (input != "sentence_embedding")
    return config.root()
        .at("module_input_name")
        .error(format("expected \"sentence_embedding\", found {}", quote(input)));
  for (const NamedActivation& known : kActivations)
    if (known.name == last_part(name))
      return SentenceModule(SentenceDense{folder, known.activation});
  return activation.error(format("activation {} is not supported", quote(name)));
}

// Whether a first module of that type is an encoder, which then stands in `out`.
bool take_encoder(std::string_view kind, const std::string& folder, SentenceModules& out) {
  if (kind != "Transformer" && kind != "StaticEmbedding") return false;
  out.encoder_folder = folder;
  if (kind == "Transformer") return true;
  out.encoder = SentenceModules::Encoder::kStaticEmbedding;
  out.after.push_back(Pooling{});
  return true;
}

Status add_module(json::Value module, const std::string& folder, SentenceModules& out) {
  INLAY_ASSIGN(const std::string_view type, module.at("type").string());
  const std::string_view kind = last_part(type);
  if (kind == "Dropout") return Status();
  if (kind == "Pooling" && out.encoder == SentenceModules::Encoder::kTransformer &&
      out.after.empty()) {
    INLAY_ASSIGN(SentenceModule pooling, read_pooling(folder));
    out.after.push_back(std::move(pooling));
  } else if (kind == "Dense") {
    INLAY_ASSIGN(SentenceModule dense, read_dense(folder));
    out.after.push_back(std::move(dense));
  } else if (kind == "LayerNorm") {
    out.after.push_back(SentenceLayerNorm{folder});
  } else if (kind == "Normalize") {
    out.after.push_back(SentenceNormalize{});
  } else {
    const Status place = module.at("type").error("module");
    return unsupported("{} {} is not known here", place.message(), quote(type));
  }
  return Status();
}

}  // namespace

Result<std::optional<json::Document>> read_json(const std::string& path, json::Kind root) {
  auto file = MappedFile::open(path, FileAccess::kCopy);
  if (!file.ok() && file.code() == StatusCode::kNotFound) return std::optional<json::Document>();
  if (!file.ok()) return std::move(file).status();
  INLAY_ASSIGN(json::Document document, json::parse((*file)->text(), path));
  INLAY_TRY(document.root().expect(root));
  return std::optional(std::move(document));
}

Result<SentenceModules> read_sentence_modules(const std::string& directory) {
  SentenceModules out;
  out.encoder_folder = directory;
  INLAY_ASSIGN(const auto modules, read_json(directory + "/modules.json", json::Kind::kArray));
  if (modules) {
    bool first = true;
    for (json::Value module : modules->root().elements()) {
      INLAY_ASSIGN(const std::string_view type, module.at("type").string());
      INLAY_ASSIGN(const std::string folder, read_folder(directory, module));
      const bool encoder = first && take_encoder(last_part(type), folder, out);
      first = false;
      if (!encoder) INLAY_TRY(add_module(module, folder, out));
    }
  }
  if (out.after.empty() || !std::holds_alternative<Pooling>(out.after.front()))
    out.after.insert(out.after.begin(), Pooling{});
  return out;
}

}  // namespace inlay::models
