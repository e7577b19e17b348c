#include "text/word_piece.h"

#include "text/components.h"
#include "text/match.h"
#include "text/vocabulary_json.h"

namespace inlay::text {
Result<std::unique_ptr<Model>> WordPiece::make(const WordPieceOptions& options,
                                               Vocabulary vocabulary) {
  INLAY_TRY(vocabulary.finish());
  auto model = std::make_unique<WordPiece>();
  model->options_ = options;
  model->vocabulary_ = std::move(vocabulary);
  const auto unk = model->vocabulary_.find(options.unk_token);
  if (!unk) {
    return corrupt("expected the unknown token {} in the vocabulary of {} tokens",
                   quote(options.unk_token), model->vocabulary_.size());
  }
  model->unk_id_ = *unk;
  model->prefix_hash_.append(options.continuing_subword_prefix);
  if (options.continuing_subword_prefix.size() <= ShortWord::kMaxBytes)
    model->short_prefix_ = ShortWord::of(options.continuing_subword_prefix);
  return model;
}

uint32_t WordPiece::find_continuation(const ShortWord& rest, size_t bytes) const {
  const std::string_view prefix = options_.continuing_subword_prefix;
  if (prefix.size() + bytes <= ShortWord::kMaxBytes)
    return vocabulary_.find(rest.after(short_prefix_, prefix.size()), prefix.size() + bytes);
  char text[ShortWord::kMaxBytes];
  rest.store(text);
  TokenHash hash = prefix_hash_;
  hash.append({text, bytes});
  return vocabulary_.find(hash.value(), prefix, {text, bytes});
}

Status WordPiece::tokenize(std::string_view word, std::vector<ModelToken>& out) const {
  const size_t before = out.size();
  const auto emit = [&](uint32_t id, size_t begin, size_t end) {
    out.push_back({id, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)});
  };
  if (count_characters(word) > max_chars() || !cut(word, emit)) {
    out.resize(before);
    emit(unk_id_, 0, word.size());
  }
  return Status();
}

void WordPiece::write(json::Writer& out) const {
  out.begin_object().member("type", "WordPiece").member("unk_token", options_.unk_token);
  out.member("continuing_subword_prefix", options_.continuing_subword_prefix);
  out.member("max_input_chars_per_word", options_.max_input_chars_per_word).key("vocab");
  write_vocabulary(out, vocabulary_);
  out.end_object();
}

Result<std::unique_ptr<Model>> parse_word_piece(const json::Value& value) {
  WordPieceOptions options;
  INLAY_ASSIGN(options.unk_token, value.at("unk_token").string());
  INLAY_ASSIGN(options.continuing_subword_prefix, value.at("continuing_subword_prefix").string());
  INLAY_ASSIGN(const int64_t max_chars, value.at("max_input_chars_per_word").integer());
  if (max_chars < 0) {
    return value.at("max_input_chars_per_word")
        .error(format("expected 0 or more, found {}", max_chars));
  }
  options.max_input_chars_per_word = static_cast<size_t>(max_chars);
  INLAY_ASSIGN(Vocabulary vocabulary, parse_vocabulary(value.at("vocab")));
  auto model = WordPiece::make(options, std::move(vocabulary));
  if (!model.ok()) return value.at("vocab").error(model.message());
  return model;
}

}  // namespace inlay::text
