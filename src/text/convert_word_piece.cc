// vocab.txt: BERT's tokenizer and its relatives.
#include "base/json_writer.h"
#include "base/utf8.h"
#include "text/convert.h"
#include "text/word_piece.h"

namespace inlay::text {
namespace {

// One token a line; a token that comes twice has its last line's number.
Vocabulary parse_lines(std::string_view text) {
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

Result<std::string> describe_normalizer(const TokenizerConfig& config) {
  INLAY_ASSIGN(const bool lowercase, config.flag("do_lower_case", true));
  INLAY_ASSIGN(const bool chinese, config.flag("tokenize_chinese_chars", true));
  INLAY_ASSIGN(const bool strip_accents, config.flag("strip_accents", lowercase));
  json::Writer out;
  out.begin_object().member("type", "BertNormalizer").member("clean_text", true);
  out.member("handle_chinese_chars", chinese).key("strip_accents");
  if (config.at("strip_accents").is_null()) {
    out.value(nullptr);
  } else {
    out.value(strip_accents);
  }
  return std::move(out.member("lowercase", lowercase).end_object()).text();
}

Result<Tokenizer::Parts> convert(const NamedText& vocab, const TokenizerConfig& config) {
  const size_t error = utf8_error(vocab.text);
  if (error != std::string_view::npos) return corrupt("expected UTF-8, byte {} is not", error);
  Tokenizer::Parts parts;
  WordPieceOptions options;
  INLAY_ASSIGN(options.unk_token, config.special_text("unk_token"));
  INLAY_ASSIGN(parts.model, WordPiece::make(options, parse_lines(vocab.text)));
  for (const std::string_view key : {"sep_token", "cls_token"}) {
    INLAY_ASSIGN(const std::string content, config.special_text(key));
    if (!parts.model->id(content)) {
      return corrupt("expected the special token {}", quote(content));
    }
  }
  INLAY_ASSIGN(parts.descriptions.normalizer, describe_normalizer(config));
  parts.descriptions.pre_tokenizer = R"({"type":"BertPreTokenizer"})";
  parts.descriptions.decoder = R"({"type":"WordPiece","prefix":"##","cleanup":true})";
  const TokenizerClass& c = *config.tokenizer_class();
  INLAY_TRY(assemble(config, {.single = c.single, .pair = c.pair}, parts));
  return parts;
}

}  // namespace

Result<Tokenizer::Parts> convert_word_piece(const NamedText& vocab, TokenizerConfig config) {
  INLAY_TRY(config.expect_kind(VocabularyKind::kWordPiece, vocab.name));
  auto parts = convert(vocab, config);
  if (!parts.ok()) return std::move(parts).status().at(vocab.name);
  return parts;
}

}  // namespace inlay::text
