#include "text/tokenizer.h"

#include "base/utf8.h"
#include "text/utf8_check.h"

namespace inlay::text {
namespace {

Status check_text(std::string_view text) {
  if (text.size() >= UINT32_MAX) {
    return invalid("text: expected less than 4 GiB, found {} bytes", text.size());
  }
  const size_t at = find_utf8_error(text);
  if (at == std::string_view::npos) return Status();
  return invalid("text: expected UTF-8, found {} at byte {}", quote(text.substr(at, 4)), at);
}

// Puts two encodings one behind the other where there is no post-processor.
Result<Encoding> join(Encoding first, const Encoding* second) {
  if (second) INLAY_TRY(append(first, *second));
  return first;
}

}  // namespace

Tokenizer::Tokenizer(Parts parts)
    : normalizer_(std::move(parts.normalizer)),
      pre_tokenizer_(std::move(parts.pre_tokenizer)),
      model_(std::move(parts.model)),
      post_processor_(std::move(parts.post_processor)),
      decoder_(std::move(parts.decoder)),
      added_(std::move(parts.added)),
      baked_truncation_(parts.truncation),
      baked_padding_(parts.padding),
      max_length_(parts.max_length) {
  const BertFlags* flags = normalizer_ ? normalizer_->bert_flags() : nullptr;
  const WordPiece* word_piece = model_->word_piece();
  const bool is_bert = flags && pre_tokenizer_ && pre_tokenizer_->is_bert() && word_piece;
  if (is_bert && !added_.has_normalized()) {
    fused_ = std::make_unique<FusedBert>(*flags, *word_piece);
  }
}

size_t Tokenizer::added_tokens(bool is_pair) const {
  return post_processor_ ? post_processor_->added_tokens(is_pair) : 0;
}

PieceList Tokenizer::cut_into_pieces(std::string_view text) const {
  PieceList pieces;
  added_.cut_raw(text, [&](const AddedTokens::Part& part) {
    NormalizedText piece(text.substr(part.begin, part.end - part.begin),
                         static_cast<uint32_t>(part.begin));
    if (part.token != kNoToken) {
      pieces.add(piece, part.token);
      return true;
    }
    if (normalizer_) normalizer_->normalize(piece);
    added_.cut_normalized(piece.text(), [&](const AddedTokens::Part& p) {
      pieces.add(piece, p.begin, p.end, p.token);
      return true;
    });
    return true;
  });
  if (pre_tokenizer_) pre_tokenizer_->split(pieces);
  return pieces;
}

Status Tokenizer::tokenize_pieces(const PieceList& pieces, uint32_t type_id, bool offsets,
                                  Encoding& out) const {
  std::vector<ModelToken> tokens;
  int32_t word = 0;
  for (const Piece& piece : pieces.pieces()) {
    tokens.clear();
    if (piece.token != kNoToken) {
      tokens.push_back({piece.token, 0, piece.end - piece.begin});
    } else {
      INLAY_TRY(model_->tokenize(pieces.text(piece), tokens));
    }
    for (const ModelToken& token : tokens) {
      out.push(token.id, type_id, word);
      if (offsets) out.offsets.push_back(pieces.origin(piece, token.begin, token.end));
    }
    ++word;
  }
  return Status();
}

Result<Encoding> Tokenizer::tokenize(std::string_view text, uint32_t type_id, bool offsets,
                                     bool fused) const {
  INLAY_TRY(check_text(text));
  Encoding out;
  out.with_offsets = offsets;
  if (!fused) {
    INLAY_TRY(tokenize_pieces(cut_into_pieces(text), type_id, offsets, out));
    return out;
  }
  out.reserve(text.size() / 4 + 4);
  int32_t word = 0;
  added_.cut_raw(text, [&](const AddedTokens::Part& part) {
    const auto begin = static_cast<uint32_t>(part.begin);
    if (part.token == kNoToken) {
      fused_->encode(text.substr(part.begin, part.end - part.begin), begin, type_id, word, out);
    } else {
      out.push(part.token, type_id, word++);
      out.offsets.push_back({begin, static_cast<uint32_t>(part.end)});
    }
    return true;
  });
  if (!offsets) out.offsets.clear();
  return out;
}

Result<Encoding> Tokenizer::post_process(Encoding first, Encoding* second,
                                         bool add_special_tokens) const {
  if (!post_processor_) return join(std::move(first), second);
  return post_processor_->process(std::move(first), second, add_special_tokens);
}

Result<Encoding> Tokenizer::encode(std::string_view text, std::optional<std::string_view> pair,
                                   const EncodeOptions& options, bool fused) const {
  INLAY_ASSIGN(Encoding first, tokenize(text, 0, options.offsets, fused));
  Encoding second;
  if (pair) {
    INLAY_ASSIGN(second, tokenize(*pair, 1, options.offsets, fused));
  }
  if (options.truncation) {
    const size_t added = options.add_special_tokens ? added_tokens(pair.has_value()) : 0;
    const size_t max_length = options.truncation->max_length;
    if (max_length < added) {
      return invalid("truncation: expected at least {} tokens for the special ones, found {}",
                     added, max_length);
    }
    INLAY_TRY(truncate(first, pair ? &second : nullptr, max_length - added, *options.truncation));
  }
  INLAY_ASSIGN(Encoding out, post_process(std::move(first), pair ? &second : nullptr,
                                          options.add_special_tokens));
  if (options.padding) INLAY_TRY(pad({&out, 1}, *options.padding));
  return out;
}

Result<Encoding> Tokenizer::encode(std::string_view text, std::optional<std::string_view> pair,
                                   const EncodeOptions& options) const {
  return encode(text, pair, options, is_fused());
}

Result<Encoding> Tokenizer::encode_general(std::string_view text,
                                           std::optional<std::string_view> pair,
                                           const EncodeOptions& options) const {
  return encode(text, pair, options, false);
}

Result<bool> Tokenizer::encode_ids(std::string_view text, size_t max_tokens,
                                   std::vector<int32_t>& out) const {
  const PostProcessor::Frame* frame = post_processor_ ? post_processor_->single_frame() : nullptr;
  if (!fused_ || (post_processor_ && !frame)) return encode_ids_general(text, max_tokens, out);
  INLAY_TRY(check_text(text));
  const size_t added = added_tokens(false);
  if (max_tokens != 0 && max_tokens < added) {
    return invalid("truncation: expected at least {} tokens for the special ones, found {}", added,
                   max_tokens);
  }
  if (frame) out.insert(out.end(), frame->prefix.begin(), frame->prefix.end());
  const size_t limit = max_tokens == 0 ? SIZE_MAX : out.size() + max_tokens - added;
  added_.cut_raw(text, [&](const AddedTokens::Part& part) {
    if (part.token == kNoToken) {
      fused_->ids(text.substr(part.begin, part.end - part.begin), limit, out);
    } else {
      out.push_back(static_cast<int32_t>(part.token));
    }
    return out.size() <= limit;
  });
  const bool truncated = out.size() > limit;
  if (truncated) out.resize(limit);
  if (frame) out.insert(out.end(), frame->suffix.begin(), frame->suffix.end());
  return truncated;
}

Result<bool> Tokenizer::encode_ids_general(std::string_view text, size_t max_tokens,
                                           std::vector<int32_t>& out) const {
  EncodeOptions options;
  options.offsets = false;
  if (max_tokens != 0) options.truncation = Truncation{.max_length = max_tokens};
  INLAY_ASSIGN(const Encoding e, encode_general(text, std::nullopt, options));
  out.insert(out.end(), e.ids.begin(), e.ids.end());
  return e.truncated;
}

Result<std::string> Tokenizer::decode(std::span<const uint32_t> ids, bool skip_special) const {
  std::vector<std::string> tokens;
  tokens.reserve(ids.size());
  for (const uint32_t id : ids) {
    std::optional<std::string_view> token = added_.token(id);
    if (!token) token = model_->token(id);
    if (!token || (skip_special && added_.is_special(*token))) continue;
    tokens.emplace_back(*token);
  }
  if (decoder_) decoder_->decode(tokens);
  std::string out;
  bool first = true;
  for (const std::string& token : tokens) {
    if (!decoder_ && !first) out += ' ';
    first = false;
    out += token;
  }
  return out;
}

std::string_view Tokenizer::token(uint32_t id) const {
  if (const auto token = added_.token(id)) return *token;
  return model_->token(id).value_or(std::string_view());
}

std::optional<uint32_t> Tokenizer::id(std::string_view token) const {
  if (const auto id = added_.id(token)) return id;
  return model_->id(token);
}

size_t Tokenizer::vocab_size() const { return model_->vocab_size() + added_.size_beyond_model(); }

}  // namespace inlay::text
