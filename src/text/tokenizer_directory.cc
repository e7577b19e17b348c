// A model directory: tokenizer.json or vocab.txt, and the configs that say how long a text may be.
#include "text/bert.h"
#include "text/template_processing.h"
#include "text/tokenizer.h"
#include "text/word_piece.h"

namespace inlay::text {

namespace {

std::string_view text_of(const MappedFile& file) {
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

// Null when there is no such file.
Result<std::shared_ptr<const MappedFile>> open_optional(const std::string& path) {
  auto file = MappedFile::open(path);
  if (!file.ok() && file.code() == StatusCode::kNotFound)
    return std::shared_ptr<const MappedFile>();
  return file;
}

// An empty document when there is no such file.
Result<json::Document> parse_optional(const std::string& path) {
  INLAY_ASSIGN(const auto file, open_optional(path));
  return json::parse(file ? text_of(*file) : "{}", path);
}

// A special token's content: "[CLS]", or {"content": "[CLS]", …}.
Result<std::string> special_token(const json::Value& config, std::string_view key,
                                  std::string_view fallback) {
  const json::Value value = config.at(key);
  const json::Value content = value.is_object() ? value.at("content") : value;
  INLAY_ASSIGN(const std::string_view text, content.string_or(fallback));
  return std::string(text);
}

// One token a line; a token that comes twice has its last line's number.
Vocabulary parse_vocabulary(std::string_view text) {
  Vocabulary vocabulary;
  vocabulary.reserve(text.size() / 8, text.size());
  for (uint32_t id = 0; !text.empty(); ++id) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    vocabulary.add(line, id);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return vocabulary;
}

Result<BertFlags> parse_flags(const json::Value& config) {
  BertFlags flags;
  INLAY_ASSIGN(flags.lowercase, config.at("do_lower_case").boolean_or(true));
  INLAY_ASSIGN(flags.handle_chinese_chars, config.at("tokenize_chinese_chars").boolean_or(true));
  INLAY_ASSIGN(flags.strip_accents, config.at("strip_accents").boolean_or(flags.lowercase));
  return flags;
}

// BERT's tokenizer from vocab.txt.
Result<Tokenizer::Parts> parse_bert(const MappedFile& vocab, const json::Value& config) {
  const size_t error = utf8_error(text_of(vocab));
  if (error != std::string_view::npos) {
    return corrupt("{}: expected UTF-8, byte {} is not", vocab.path(), error);
  }
  Tokenizer::Parts parts;
  WordPieceOptions options;
  INLAY_ASSIGN(options.unk_token, special_token(config, "unk_token", "[UNK]"));
  auto model = WordPiece::make(options, parse_vocabulary(text_of(vocab)));
  if (!model.ok()) return std::move(model).status().at(vocab.path());
  parts.model = std::move(model).value();

  std::vector<AddedToken> special;
  const auto add = [&](std::string content) {
    special.push_back({.content = std::move(content), .normalized = false, .special = true});
  };
  add(options.unk_token);
  constexpr std::string_view kSpecial[][2] = {{"sep_token", "[SEP]"},
                                              {"pad_token", "[PAD]"},
                                              {"cls_token", "[CLS]"},
                                              {"mask_token", "[MASK]"}};
  for (const auto& [key, fallback] : kSpecial) {
    INLAY_ASSIGN(std::string content, special_token(config, key, fallback));
    add(std::move(content));
  }
  const std::string sep = special[1].content, cls = special[3].content;
  for (const std::string& content : {sep, cls}) {
    if (!parts.model->id(content)) {
      return corrupt("{}: expected the special token {}", vocab.path(), quote(content));
    }
  }
  INLAY_ASSIGN(const BertFlags flags, parse_flags(config));
  parts.normalizer = make_bert_normalizer(flags);
  parts.pre_tokenizer = make_bert_pre_tokenizer();
  parts.post_processor = make_bert_processing(*parts.model->id(cls), *parts.model->id(sep));
  parts.decoder = make_word_piece_decoder(options.continuing_subword_prefix, true);
  INLAY_ASSIGN(parts.added, AddedTokens::make(std::move(special), *parts.model, nullptr));
  return parts;
}

// A length that somebody meant: some configs say 1e30 for "unknown". 0 when there is none.
size_t sane_length(const json::Value& value) {
  constexpr double kMost = 1 << 24;
  if (!value.is_number()) return 0;
  const auto number = value.number();
  if (!number.ok() || *number < 1 || *number > kMost) return 0;
  return static_cast<size_t>(*number);
}

// Position tables of RoBERTa's family begin at pad_token_id + 1.
size_t position_length(const json::Value& config) {
  constexpr std::string_view kFamily[] = {"roberta", "xlm-roberta",    "camembert",
                                          "mpnet",   "xlm-roberta-xl", "longformer"};
  const size_t positions = sane_length(config.at("max_position_embeddings"));
  const auto type = config.at("model_type").string_or("");
  for (const std::string_view family : kFamily) {
    if (!type.ok() || *type != family) continue;
    const auto pad = config.at("pad_token_id").integer_or(1);
    const size_t offset = pad.ok() && *pad >= 0 ? static_cast<size_t>(*pad) + 1 : 0;
    return positions > offset ? positions - offset : 0;
  }
  return positions;
}

Result<size_t> find_max_length(const std::string& path, const json::Value& tokenizer_config) {
  INLAY_ASSIGN(const json::Document sentence, parse_optional(path + "/sentence_bert_config.json"));
  if (const size_t length = sane_length(sentence.root().at("max_seq_length"))) return length;
  if (const size_t length = sane_length(tokenizer_config.at("model_max_length"))) return length;
  INLAY_ASSIGN(const json::Document config, parse_optional(path + "/config.json"));
  return position_length(config.root());
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> Tokenizer::from_directory(const std::string& path) {
  INLAY_ASSIGN(const json::Document config, parse_optional(path + "/tokenizer_config.json"));
  INLAY_ASSIGN(const auto description, open_optional(path + "/tokenizer.json"));
  Parts parts;
  if (description) {
    INLAY_ASSIGN(parts, parse_tokenizer(text_of(*description), description->path()));
  } else {
    INLAY_ASSIGN(const auto vocab, open_optional(path + "/vocab.txt"));
    if (!vocab) return not_found("{}: expected tokenizer.json or vocab.txt", path);
    INLAY_ASSIGN(parts, parse_bert(*vocab, config.root()));
  }
  INLAY_ASSIGN(parts.max_length, find_max_length(path, config.root()));
  return std::make_shared<const Tokenizer>(std::move(parts));
}

}  // namespace inlay::text
