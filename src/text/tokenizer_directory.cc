// A model directory: tokenizer.json or a bare vocabulary, and the configs that say how long a text
// may be.
#include "base/system.h"
#include "text/convert.h"
#include "text/tokenizer.h"

namespace inlay::text {

namespace {

constexpr std::string_view kSentencePieceNames[] = {"tokenizer.model", "spiece.model",
                                                    "sentencepiece.bpe.model", "spm.model",
                                                    "sentencepiece.model"};
constexpr std::string_view kTiktokenNames[] = {
    "multilingual.tiktoken", "gpt2.tiktoken",      "qwen.tiktoken",      "cl100k_base.tiktoken",
    "o200k_base.tiktoken",   "p50k_base.tiktoken", "r50k_base.tiktoken", "vocab.tiktoken"};

NamedText named(const MappedFile& file) { return {file.text(), file.path()}; }

// The first file of `names` that the directory has; null when it has none.
template <size_t kCount>
Result<std::shared_ptr<const MappedFile>> open_first(const std::string& path,
                                                     const std::string_view (&names)[kCount]) {
  for (const std::string_view name : names) {
    INLAY_ASSIGN(auto file, open_optional(format("{}/{}", path, name)));
    if (file) return file;
  }
  return std::shared_ptr<const MappedFile>();
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

// An empty document when there is no such file.
Result<json::Document> parse_optional(const std::string& path) {
  INLAY_ASSIGN(const auto file, open_optional(path));
  return json::parse(file ? file->text() : "{}", path);
}

Result<size_t> find_max_length(const std::string& path) {
  INLAY_ASSIGN(const json::Document sentence, parse_optional(path + "/sentence_bert_config.json"));
  if (const size_t length = sane_length(sentence.root().at("max_seq_length"))) return length;
  INLAY_ASSIGN(const json::Document tokenizer, parse_optional(path + "/tokenizer_config.json"));
  if (const size_t length = sane_length(tokenizer.root().at("model_max_length"))) return length;
  INLAY_ASSIGN(const json::Document config, parse_optional(path + "/config.json"));
  return position_length(config.root());
}

Result<Tokenizer::Parts> convert_ranks_or_pieces(const MappedFile& file, TokenizerConfig config) {
  if (!looks_like_tiktoken(file.text())) {
    return convert_sentencepiece(named(file), std::move(config));
  }
  // Llama 3 keeps its ranks under SentencePiece's usual name.
  const bool is_llama3 = file.path().ends_with("tokenizer.model");
  return convert_tiktoken(named(file), is_llama3 ? "llama3" : "", std::move(config));
}

// The vocabulary of the kind that the class reads, or of the first kind that is there.
Result<Tokenizer::Parts> convert_directory(const std::string& path) {
  INLAY_ASSIGN(TokenizerConfig config, TokenizerConfig::of_directory(path));
  const TokenizerClass* c = config.tokenizer_class();
  const auto reads = [&](VocabularyKind kind) { return !c || c->kind == kind; };
  if (reads(VocabularyKind::kWordPiece)) {
    INLAY_ASSIGN(const auto vocab, open_optional(path + "/vocab.txt"));
    if (vocab) return convert_word_piece(named(*vocab), std::move(config));
  }
  if (reads(VocabularyKind::kBytePairs)) {
    INLAY_ASSIGN(const auto vocab, open_optional(path + "/vocab.json"));
    INLAY_ASSIGN(const auto merges, open_optional(path + "/merges.txt"));
    if (vocab && merges) {
      return convert_byte_pairs(named(*vocab), named(*merges), std::move(config));
    }
  }
  INLAY_ASSIGN(const auto pieces, open_first(path, kSentencePieceNames));
  if (pieces) return convert_ranks_or_pieces(*pieces, std::move(config));
  INLAY_ASSIGN(const auto ranks, open_first(path, kTiktokenNames));
  if (ranks) return convert_tiktoken(named(*ranks), "", std::move(config));
  return not_found(
      "{}: expected tokenizer.json or a vocabulary (vocab.txt, vocab.json with merges.txt, a "
      "SentencePiece .model, a .tiktoken file)",
      path);
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> Tokenizer::from_directory(const std::string& path) {
  INLAY_ASSIGN(const auto description, open_optional(path + "/tokenizer.json"));
  Parts parts;
  if (description) {
    INLAY_ASSIGN(parts, parse_tokenizer(description->text(), description->path()));
  } else {
    INLAY_ASSIGN(parts, convert_directory(path));
  }
  INLAY_ASSIGN(parts.max_length, find_max_length(path));
  return std::make_shared<const Tokenizer>(std::move(parts));
}

}  // namespace inlay::text
