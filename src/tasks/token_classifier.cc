#include "tasks/token_classifier.h"

#include <algorithm>

#include "base/utf8.h"
#include "tasks/activation.h"
#include "text/match.h"

namespace inlay::tasks {
namespace {

class DecoderJoiner final : public TokenJoiner {
 public:
  explicit DecoderJoiner(const text::Tokenizer& tokenizer) : tokenizer_(tokenizer) {}
  Result<std::string> join(std::vector<std::string> tokens) const override {
    return tokenizer_.decode_tokens(std::move(tokens));
  }

 private:
  const text::Tokenizer& tokenizer_;
};

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

// A token of bytes may begin or end within a character, which then counts as a whole.
text::Offset whole_characters(std::string_view text, text::Offset offset) {
  while (offset.begin > 0 && offset.begin < text.size() && !begins_character(text[offset.begin]))
    --offset.begin;
  while (offset.end > offset.begin && offset.end < text.size() &&
         !begins_character(text[offset.end]))
    ++offset.end;
  return offset;
}

// For tokenizers that do not mark their tokens: true when no space is at the token's begin.
bool joins_what_is_before(std::string_view text, uint32_t begin) {
  if (begin == 0) return false;
  return text[begin - 1] != ' ' && (begin == text.size() || text[begin] != ' ');
}

void count_offsets_in_characters(std::string_view text, std::vector<Entity>& entities) {
  size_t bytes = 0, characters = 0;  // of the text's begin, up to the last entity's
  for (Entity& entity : entities) {
    if (entity.begin < bytes) bytes = characters = 0;
    characters += text::count_characters(text.substr(bytes, entity.begin - bytes));
    bytes = entity.begin;
    const size_t length = text::count_characters(text.substr(bytes, entity.end - bytes));
    entity.begin = static_cast<uint32_t>(characters);
    entity.end = static_cast<uint32_t>(characters + length);
  }
}

}  // namespace

// A text and its rows [begin, end) of a batch.
struct TokenClassifier::Windows {
  std::string_view text;
  text::Encoding encoding;  // the first window, and the others as its overflowing ones
  size_t begin, end;

  const text::Encoding& at(size_t row) const {
    return row == begin ? encoding : encoding.overflowing[row - begin - 1];
  }
};

Result<std::shared_ptr<const TokenClassifier>> TokenClassifier::create(
    std::shared_ptr<const ModelHead> head, TokenClassifierOptions options) {
  std::shared_ptr<TokenClassifier> out(new TokenClassifier());
  if (options.aggregation == Aggregation::kDefault) options.aggregation = Aggregation::kSimple;
  const size_t longest = head->model().max_tokens();
  out->stride_ = options.truncate ? 0 : options.stride.value_or(longest / 8);
  out->head_ = std::move(head);
  out->options_ = std::move(options);
  if (longest > 0) {  // any text that is long enough shows whether windows can be made
    std::string text;
    for (size_t i = 0; i <= longest; ++i) text += "a ";
    INLAY_TRY(out->encode(text).status());
  }
  return std::shared_ptr<const TokenClassifier>(std::move(out));
}

Result<text::Encoding> TokenClassifier::encode(std::string_view text) const {
  text::EncodeOptions options;
  const size_t longest = head_->model().max_tokens();
  if (longest > 0) options.truncation = text::Truncation{.max_length = longest, .stride = stride_};
  return head_->model().tokenizer().encode(text, std::nullopt, options);
}

// A probability for each token and label.
Result<std::vector<float>> TokenClassifier::scores(const TokenBatch& batch) const {
  const size_t columns = labels().size();
  std::vector<float> out(batch.ids.size() * columns);
  INLAY_TRY(head_->model().run(batch, [&](const RunRows& run) {
    for (size_t i = 0; i < run.texts.size(); ++i) {
      float* row = out.data() + static_cast<size_t>(batch.offsets[run.texts[i]]) * columns;
      const float* logits = run.data + static_cast<size_t>(run.offsets[i]) * columns;
      std::copy_n(logits, static_cast<size_t>(batch.length(run.texts[i])) * columns, row);
    }
    return Status();
  }));
  for (size_t at = 0; at < out.size(); at += columns)
    apply_activation(Activation::kSoftmax, std::span(out).subspan(at, columns));
  return out;
}

std::vector<EntityToken> TokenClassifier::entity_tokens(std::string_view text,
                                                        const text::Encoding& window,
                                                        std::span<const float> scores) const {
  const text::Tokenizer& tokenizer = head_->model().tokenizer();
  const size_t columns = labels().size();
  std::vector<EntityToken> out;
  for (size_t i = 0; i < window.size(); ++i) {
    if (window.special_tokens_mask()[i] != 0) continue;
    const text::Offset offset = whole_characters(text, window.offsets()[i]);
    const std::string_view stretch = text.substr(offset.begin, offset.end - offset.begin);
    EntityToken token{std::string(tokenizer.token(window.ids()[i])), offset.begin, offset.end,
                      false, scores.subspan(i * columns, columns)};
    if (window.ids()[i] == tokenizer.unknown_id())
      token.word = stretch;
    else if (tokenizer.marks_continuing())
      token.continues_word = text::count_characters(token.word) != text::count_characters(stretch);
    else
      token.continues_word = joins_what_is_before(text, offset.begin);
    out.push_back(std::move(token));
  }
  return out;
}

// Tokens that two windows share are one entity each without aggregation: half of them are the first
// window's, whose text before them it knows.
Result<TextEntities> TokenClassifier::find(const Windows& windows, const TokenBatch& batch,
                                           std::span<const float> scores) const {
  const DecoderJoiner joiner(head_->model().tokenizer());
  const bool joined = options_.aggregation != Aggregation::kNone;
  TextEntities out;
  for (size_t row = windows.begin; row < windows.end; ++row) {
    const auto first = static_cast<size_t>(batch.offsets[row]) * labels().size();
    std::vector<EntityToken> tokens =
        entity_tokens(windows.text, windows.at(row), scores.subspan(first));
    if (!joined && row + 1 < windows.end) tokens.resize(tokens.size() - (stride_ - stride_ / 2));
    if (!joined && row > windows.begin)
      tokens.erase(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(stride_ / 2));
    INLAY_ASSIGN(std::vector<Entity> found,
                 find_entities(tokens, labels(), options_.aggregation, joiner));
    for (Entity& entity : found) {
      const bool ignored = std::find(options_.ignored.begin(), options_.ignored.end(),
                                     entity.label) != options_.ignored.end();
      if (!ignored) out.entities.push_back(std::move(entity));
    }
  }
  if (joined && windows.end - windows.begin > 1)
    out.entities = merge_overlapping(std::move(out.entities));
  if (options_.character_offsets) count_offsets_in_characters(windows.text, out.entities);
  out.truncated = options_.truncate && windows.encoding.truncated;
  return out;
}

Result<std::vector<TextEntities>> TokenClassifier::classify(
    std::span<const std::string_view> texts) const {
  std::vector<TextEntities> out;
  for (size_t i = 0; i < texts.size();) {
    TokenBatch batch;
    std::vector<Windows> all;
    for (; i < texts.size() && batch.ids.size() < TextModel::kTokensAtOnce; ++i) {
      auto encoding = encode(texts[i]);
      if (!encoding.ok()) return std::move(encoding).status().at(format("text {}", i));
      if (options_.truncate) encoding->overflowing.clear();
      const size_t begin = batch.rows();
      batch.append(*encoding);
      for (const text::Encoding& window : encoding->overflowing) batch.append(window);
      all.push_back({texts[i], std::move(*encoding), begin, batch.rows()});
    }
    INLAY_ASSIGN(const std::vector<float> probabilities, scores(batch));
    for (const Windows& windows : all) {
      INLAY_ASSIGN(TextEntities found, find(windows, batch, probabilities));
      out.push_back(std::move(found));
    }
  }
  return out;
}

}  // namespace inlay::tasks
