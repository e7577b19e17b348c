#include "text/word_piece.h"

#include "text/components.h"

namespace inlay::text {
namespace {

size_t count_characters(std::string_view text) {
  size_t count = 0;
  for (const char c : text) count += (c & 0xC0) != 0x80;
  return count;
}

Result<Vocabulary> parse_vocabulary(const json::Value& value) {
  INLAY_TRY(value.expect(json::Kind::kObject));
  constexpr size_t kUsualTokenBytes = 8;
  Vocabulary vocabulary;
  vocabulary.reserve(value.size(), kUsualTokenBytes * value.size());
  struct Waiting {
    uint64_t hash;
    std::string_view token;
    uint32_t id;
  };
  constexpr size_t kAhead = 16;  // tokens whose slots are on their way
  Waiting ring[kAhead];
  size_t count = 0;
  const auto add = [&](const Waiting& w) { vocabulary.add(w.hash, w.token, w.id); };
  for (const auto& [token, id_value] : value.members()) {
    INLAY_ASSIGN(const uint32_t id, parse_token_id(id_value));
    Waiting& slot = ring[count % kAhead];
    if (count >= kAhead) add(slot);
    slot.hash = Vocabulary::hash(Vocabulary::kHashSeed, token);
    slot.token = token;
    slot.id = id;
    vocabulary.prefetch(slot.hash);
    ++count;
  }
  for (size_t i = count > kAhead ? count - kAhead : 0; i < count; ++i) add(ring[i % kAhead]);
  return vocabulary;
}

}  // namespace

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
  model->prefix_hash_ = Vocabulary::hash(Vocabulary::kHashSeed, options.continuing_subword_prefix);
  return model;
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
