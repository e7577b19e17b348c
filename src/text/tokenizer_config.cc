#include "text/tokenizer_config.h"

#include <algorithm>
#include <charconv>

namespace inlay::text {
namespace {

constexpr std::string_view kSpecialKeys[] = {"bos_token", "eos_token", "unk_token", "sep_token",
                                             "pad_token", "cls_token", "mask_token"};

struct Numbered {
  int64_t id = 0;
  AddedToken token;
};

void sort_by_id(std::vector<Numbered>& tokens) {
  std::stable_sort(tokens.begin(), tokens.end(),
                   [](const Numbered& a, const Numbered& b) { return a.id < b.id; });
}

// {"50256": {"content": "<|endoftext|>", …}, …}
Status read_decoder(const json::Value& value, std::vector<Numbered>& out) {
  for (const auto& [key, entry] : value.members()) {
    Numbered numbered;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), numbered.id);
    if (error != std::errc() || end != key.data() + key.size() || numbered.id < 0) {
      return entry.error(format("expected an id as the key, found {}", quote(key)));
    }
    INLAY_ASSIGN(const bool special, entry.at("special").boolean_or(false));
    INLAY_ASSIGN(numbered.token, parse_added_token(entry, special));
    out.push_back(std::move(numbered));
  }
  sort_by_id(out);
  return Status();
}

// {"<mask>": 50264, …}; the flags of special tokens come from their keys.
Status read_added(const json::Value& value, const AddedTokenList& special,
                  std::vector<Numbered>& out) {
  for (const auto& [content, id] : value.members()) {
    Numbered numbered;
    INLAY_ASSIGN(numbered.id, id.integer());
    numbered.token.content = content;
    if (const AddedToken* token = special.find(content)) numbered.token = *token;
    out.push_back(std::move(numbered));
  }
  sort_by_id(out);
  return Status();
}

}  // namespace

Result<std::shared_ptr<const MappedFile>> open_optional(const std::string& path) {
  auto file = MappedFile::open(path);
  if (!file.ok() && file.code() == StatusCode::kNotFound) {
    return std::shared_ptr<const MappedFile>();
  }
  return file;
}

Result<AddedToken> parse_added_token(const json::Value& value, bool special) {
  AddedToken token{.normalized = !special, .special = special};
  if (!value.is_object()) {
    INLAY_ASSIGN(token.content, value.string());
    return token;
  }
  INLAY_ASSIGN(token.content, value.at("content").string());
  INLAY_ASSIGN(token.single_word, value.at("single_word").boolean_or(false));
  INLAY_ASSIGN(token.lstrip, value.at("lstrip").boolean_or(false));
  INLAY_ASSIGN(token.rstrip, value.at("rstrip").boolean_or(false));
  INLAY_ASSIGN(token.normalized, value.at("normalized").boolean_or(!special));
  return token;
}

Status TokenizerConfig::add_layer(std::string_view text, const std::string& source) {
  INLAY_ASSIGN(json::Document document, json::parse(text, source));
  INLAY_TRY(document.root().expect(json::Kind::kObject));
  layers_.push_back(std::move(document));
  return Status();
}

Status TokenizerConfig::add_layer_of_file(const std::string& path) {
  INLAY_ASSIGN(const auto file, open_optional(path));
  return file ? add_layer(file->text(), path) : Status();
}

Status TokenizerConfig::add_class(const TokenizerClass* tokenizer_class) {
  class_ = tokenizer_class;
  return class_ ? add_layer(class_->defaults, std::string(class_->name)) : Status();
}

Result<TokenizerConfig> TokenizerConfig::of_directory(const std::string& path) {
  TokenizerConfig config;
  INLAY_TRY(config.add_layer_of_file(path + "/tokenizer_config.json"));
  INLAY_TRY(config.add_layer_of_file(path + "/special_tokens_map.json"));
  // Old directories say only in the second file which flags a special token has.
  if (config.layers_.size() == 2 && !config.layers_[0].root().at("added_tokens_decoder").exists()) {
    std::swap(config.layers_[0], config.layers_[1]);
  }
  INLAY_ASSIGN(const auto added, open_optional(path + "/added_tokens.json"));
  if (added) {
    INLAY_ASSIGN(json::Document document, json::parse(added->text(), added->path()));
    INLAY_TRY(document.root().expect(json::Kind::kObject));
    config.added_ = std::move(document);
  }
  INLAY_ASSIGN(std::string_view name, config.at("tokenizer_class").string_or(""));
  INLAY_ASSIGN(const auto model, open_optional(path + "/config.json"));
  INLAY_ASSIGN(const json::Document document,
               json::parse(model ? model->text() : "{}", path + "/config.json"));
  if (name.empty()) {
    INLAY_ASSIGN(name, document.root().at("tokenizer_class").string_or(""));
  }
  const bool is_generic = name.empty() || name.starts_with("PreTrainedTokenizer");
  if (!is_generic) {
    const TokenizerClass* found = find_tokenizer_class(name);
    if (!found) return unsupported("{}: unknown tokenizer_class {}", path, quote(name));
    INLAY_TRY(config.add_class(found));
    return config;
  }
  INLAY_ASSIGN(const std::string_view type, document.root().at("model_type").string_or(""));
  INLAY_TRY(config.add_class(find_class_of_model_type(type)));
  return config;
}

Result<TokenizerConfig> TokenizerConfig::of_name(std::string_view name) {
  TokenizerConfig config;
  if (name.empty()) return config;
  if (const KnownTokenizer* known = find_known_tokenizer(name)) {
    INLAY_TRY(config.add_layer(known->config, std::string(known->name)));
    INLAY_TRY(config.add_class(find_tokenizer_class(known->class_name)));
    return config;
  }
  const TokenizerClass* found = find_tokenizer_class(name);
  if (!found) return not_found("expected the name of a known tokenizer, found {}", quote(name));
  INLAY_TRY(config.add_class(found));
  return config;
}

Status TokenizerConfig::expect_kind(VocabularyKind kind, const std::string& path) {
  if (!class_) return add_class(default_class(kind));
  if (class_->kind == kind) return Status();
  constexpr std::string_view kFiles[] = {"vocab.txt", "vocab.json with merges.txt",
                                         "a SentencePiece .model", "a tiktoken file"};
  return unsupported("{}: {} expects {}, found {}", path, class_->name,
                     kFiles[static_cast<size_t>(class_->kind)], kFiles[static_cast<size_t>(kind)]);
}

json::Value TokenizerConfig::at(std::string_view key) const {
  for (const json::Document& layer : layers_) {
    if (const json::Value value = layer.root().at(key); value.exists()) return value;
  }
  return {};
}

Result<std::optional<AddedToken>> TokenizerConfig::special_token(std::string_view key) const {
  const json::Value value = at(key);
  if (value.is_null()) return std::optional<AddedToken>();
  INLAY_ASSIGN(AddedToken token, parse_added_token(value, true));
  return std::optional(std::move(token));
}

Result<std::string> TokenizerConfig::special_text(std::string_view key) const {
  INLAY_ASSIGN(const auto token, special_token(key));
  return token ? token->content : std::string();
}

Result<AddedTokenList> TokenizerConfig::special_tokens() const {
  AddedTokenList special;
  for (const std::string_view key : kSpecialKeys) {
    INLAY_ASSIGN(const auto token, special_token(key));
    if (token) special.add(*token);
  }
  for (const json::Value& value : at("additional_special_tokens").elements()) {
    INLAY_ASSIGN(AddedToken token, parse_added_token(value, true));
    special.add(std::move(token));
  }
  return special;
}

Status TokenizerConfig::add_tokens(AddedTokenList& tokens) const {
  INLAY_ASSIGN(const AddedTokenList special, special_tokens());
  std::vector<Numbered> numbered;
  INLAY_TRY(read_decoder(at("added_tokens_decoder"), numbered));
  if (numbered.empty() && added_) INLAY_TRY(read_added(added_->root(), special, numbered));
  for (Numbered& n : numbered) tokens.add(std::move(n.token));
  for (const AddedToken& token : special.tokens()) tokens.add(token);
  // A special token that is spelled out wins over a piece of the vocabulary with other flags.
  for (const std::string_view key : kSpecialKeys) {
    if (!numbered.empty() || !at(key).is_object()) continue;
    INLAY_ASSIGN(AddedToken token, parse_added_token(at(key), true));
    tokens.put(std::move(token));
  }
  return Status();
}

}  // namespace inlay::text
