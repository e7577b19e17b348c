// What is known about a tokenizer beside its vocabulary: its class, special tokens and flags.
//
//   INLAY_ASSIGN(TokenizerConfig config, TokenizerConfig::of_directory("roberta-base"));
//   config.tokenizer_class();            // RobertaTokenizer
//   config.special_text("cls_token");    // "<s>"
//
// Layers of JSON lie one over the other: tokenizer_config.json, special_tokens_map.json, what a
// model's name says, the defaults of the class. The first layer that has a key answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "text/added_tokens.h"
#include "text/tokenizer_classes.h"

namespace inlay::text {

class TokenizerConfig {
 public:
  // tokenizer_config.json, special_tokens_map.json, added_tokens.json and the class in config.json;
  // files that are not there say nothing. Fails with kCorrupt for a file that is no JSON object.
  static Result<TokenizerConfig> of_directory(const std::string& path);
  // "bert-base-cased" or "BertTokenizer"; "" says nothing. Fails with kNotFound for another name.
  static Result<TokenizerConfig> of_name(std::string_view name);

  // Null when neither a file nor a name says it.
  const TokenizerClass* tokenizer_class() const { return class_; }
  // Takes the class of `kind` that is usual when none is known. Fails with kUnsupported when the
  // class that is known reads files of another kind.
  Status expect_kind(VocabularyKind kind, const std::string& path);

  // A key of the first layer that has it; `key` must outlive the Value.
  json::Value at(std::string_view key) const;
  Result<bool> flag(std::string_view key, bool fallback) const {
    return at(key).boolean_or(fallback);
  }
  // The token of "cls_token" and the like; none where there is none.
  Result<std::optional<AddedToken>> special_token(std::string_view key) const;
  // Its content, or "".
  Result<std::string> special_text(std::string_view key) const;
  // Appends all added tokens in the order in which they get ids: those with an id in a file, then
  // special ones.
  Status add_tokens(AddedTokenList& tokens) const;

 private:
  // `text` is JSON with an object at its root.
  Status add_layer(std::string_view text, const std::string& source);
  Status add_layer_of_file(const std::string& path);
  Result<AddedTokenList> special_tokens() const;
  Status add_class(const TokenizerClass* tokenizer_class);

  const TokenizerClass* class_ = nullptr;
  std::vector<json::Document> layers_;
  std::optional<json::Document> added_;  // added_tokens.json
};

// {"content": "<mask>", "lstrip": true, …} or "<mask>".
Result<AddedToken> parse_added_token(const json::Value& value, bool special);

// A file's text, empty when there is none.
Result<std::shared_ptr<const MappedFile>> open_optional(const std::string& path);

}  // namespace inlay::text
