#include "text/tokenizer.h"

#include <algorithm>

#include "text/post_processing.h"

namespace inlay::text {

Tokenizer::Tokenizer(Parts parts)
    : normalizer_(std::move(parts.normalizer)),
      pre_tokenizer_(std::move(parts.pre_tokenizer)),
      model_(std::move(parts.model)),
      post_processor_(std::move(parts.post_processor)),
      decoder_(std::move(parts.decoder)),
      added_(std::move(parts.added)),
      descriptions_(std::move(parts.descriptions)),
      baked_truncation_(parts.truncation),
      baked_padding_(parts.padding),
      max_length_(parts.max_length) {
  frame_ = PostProcessor::Frame();
  if (post_processor_) frame_ = post_processor_->single_frame();
  trims_offsets_ = post_processor_ && post_processor_->trims_offsets();
  fused_ =
      make_fused({normalizer_.get(), pre_tokenizer_.get(), model_.get(), &added_, trims_offsets_});
}

size_t Tokenizer::added_tokens(bool is_pair) const {
  return post_processor_ ? post_processor_->added_tokens(is_pair) : 0;
}

Result<PieceList> Tokenizer::cut_into_pieces(std::string_view text) const {
  PieceList pieces(text.size());
  Status failed;
  added_.cut_raw(text, [&](const AddedTokens::Part& part) {
    NormalizedText piece(text.substr(part.begin, part.end - part.begin),
                         static_cast<uint32_t>(part.begin));
    if (part.token != kNoToken) {
      pieces.add(piece, part.token);
      return true;
    }
    if (normalizer_) failed = normalizer_->normalize(piece);
    if (failed.ok()) failed = piece.expect(piece.size());
    if (!failed.ok()) return false;
    added_.cut_normalized(piece.text(), [&](const AddedTokens::Part& p) {
      pieces.add(piece, p.begin, p.end, p.token);
      return true;
    });
    return true;
  });
  INLAY_TRY(std::move(failed));
  if (pre_tokenizer_) INLAY_TRY(pre_tokenizer_->split(pieces));
  return pieces;
}

Spaces Tokenizer::spaces(std::string_view word, const Piece& piece, const ModelToken& token) const {
  if (piece.token != kNoToken) return count_spaces(word);
  const size_t begin = std::min<size_t>(token.begin, word.size());
  return count_spaces(model_->shown(token.id, word.substr(begin, token.end - begin)));
}

Status Tokenizer::tokenize_pieces(const PieceList& pieces, uint32_t type_id, Encoding& out) const {
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
      if (!out.with_offsets) {
        out.push(token.id, type_id, word, {});
        continue;
      }
      out.push(token.id, type_id, word, pieces.origin(piece, token.begin, token.end));
      if (trims_offsets_) out.spaces.push_back(spaces(pieces.text(piece), piece, token));
    }
    ++word;
  }
  return Status();
}

Status Tokenizer::tokenize_general(std::string_view text, uint32_t type_id, Encoding& out) const {
  INLAY_ASSIGN(const PieceList pieces, cut_into_pieces(text));
  return tokenize_pieces(pieces, type_id, out);
}

Status Tokenizer::tokenize_fused(std::string_view text, FusedEncode& to) const {
  Status failed;
  added_.cut_raw(text, [&](const AddedTokens::Part& part) {
    const auto begin = static_cast<uint32_t>(part.begin);
    const std::string_view piece = text.substr(part.begin, part.end - part.begin);
    if (part.token == kNoToken) {
      failed = fused_->encode(piece, begin, to);
    } else {
      Offset offset{begin, static_cast<uint32_t>(part.end)};
      to.treat(offset, count_spaces(piece), to.out.size());
      to.out.push(part.token, 0, to.word++, offset);
    }
    return failed.ok() && to.out.size() <= to.limit;
  });
  return failed;
}

Result<Encoding> Tokenizer::tokenize(const Source& source, uint32_t type_id, bool offsets,
                                     bool fused) const {
  Encoding out;
  out.with_offsets = offsets;
  for (size_t i = 0; i < source.size(); ++i) {
    const auto word = static_cast<int32_t>(i);
    const size_t before = out.size();
    if (fused) {
      using enum FusedEncode::WhiteSpace;
      const std::string_view text = source.text(word);
      FusedEncode to{.out = out, .text = text, .white_space = trims_offsets_ ? kNoted : kKept};
      INLAY_TRY(tokenize_fused(text, to));
      out.mark_plain(before, type_id);
    } else {
      INLAY_TRY(tokenize_general(source.text(word), type_id, out));
    }
    if (!source.is_words()) continue;
    std::ranges::fill(out.word_ids().subspan(before), word);
  }
  return out;
}

Result<Encoding> Tokenizer::post_process(std::vector<Part> parts, bool add_special_tokens) const {
  if (post_processor_) INLAY_TRY(post_processor_->process(parts, add_special_tokens));
  for (Part& part : parts) {
    if (part.source) part.source->relocate(part.encoding);
  }
  return join(std::move(parts));
}

Result<Encoding> Tokenizer::encode(const Source& source, const Source* pair,
                                   const EncodeOptions& options, bool fused) const {
  INLAY_ASSIGN(Encoding first, tokenize(source, 0, options.offsets, fused));
  Encoding second;
  if (pair) {
    INLAY_ASSIGN(second, tokenize(*pair, 1, options.offsets, fused));
  }
  if (options.truncation) {
    const size_t added = options.add_special_tokens ? added_tokens(pair != nullptr) : 0;
    const size_t max_length = options.truncation->max_length;
    if (max_length < added) {
      return invalid("truncation: expected at least {} tokens for the special ones, found {}",
                     added, max_length);
    }
    INLAY_TRY(truncate(first, pair ? &second : nullptr, max_length - added, *options.truncation));
  }
  std::vector<Part> parts;
  parts.push_back({std::move(first), &source});
  if (pair) parts.push_back({std::move(second), pair});
  INLAY_ASSIGN(Encoding out, post_process(std::move(parts), options.add_special_tokens));
  if (options.padding) INLAY_TRY(pad({&out, 1}, *options.padding));
  return out;
}

Result<bool> Tokenizer::encode_framed(std::string_view text, const EncodeOptions& options,
                                      Encoding& out) const {
  if (!check_text(text).ok()) return false;
  constexpr size_t kFewBytes = 2;  // of a token: what is not written costs no memory
  const PostProcessor::Frame::Side nothing;
  const auto& prefix = options.add_special_tokens ? frame_->prefix : nothing;
  const auto& suffix = options.add_special_tokens ? frame_->suffix : nothing;
  const size_t before = prefix.ids.size(), behind = suffix.ids.size();
  const size_t most = options.truncation ? options.truncation->max_length : SIZE_MAX;
  if (most < before + behind) return false;
  out.reserve(text.size() / kFewBytes + before + behind + 4);
  const auto push_special = [&](const PostProcessor::Frame::Side& side) {
    for (size_t i = 0; i < side.ids.size(); ++i) out.push_special(side.ids[i], side.type_ids[i]);
  };
  push_special(prefix);
  using enum FusedEncode::WhiteSpace;
  FusedEncode to{.out = out,
                 .text = text,
                 .white_space = frame_->trims_offsets ? kTrimmed : kKept,
                 .keeps_added_space = frame_->keeps_added_space,
                 .limit = most - behind};
  INLAY_TRY(tokenize_fused(text, to));
  if (out.size() > to.limit) return false;
  out.mark_plain(before, frame_->type_id);
  push_special(suffix);
  return true;
}

Result<Encoding> Tokenizer::encode(std::string_view text, std::optional<std::string_view> pair,
                                   const EncodeOptions& options, bool fused) const {
  if (fused && frame_ && !pair && options.offsets && options.offset_unit == OffsetUnit::kBytes) {
    Encoding out;
    INLAY_ASSIGN(const bool done, encode_framed(text, options, out));
    if (done && options.padding) INLAY_TRY(pad({&out, 1}, *options.padding));
    if (done) return out;
  }
  const SourceOptions how{options.replace_invalid_utf8, options.offset_unit};
  INLAY_ASSIGN(const Source first, Source::of_text(text, how));
  if (!pair) return encode(first, nullptr, options, fused);
  INLAY_ASSIGN(const Source second, Source::of_text(*pair, how));
  return encode(first, &second, options, fused);
}

Result<Encoding> Tokenizer::encode_words(Words words, std::optional<Words> pair,
                                         const EncodeOptions& options) const {
  const SourceOptions how{options.replace_invalid_utf8, options.offset_unit};
  INLAY_ASSIGN(const Source first, Source::of_words(words, how));
  if (!pair) return encode(first, nullptr, options, is_fused());
  INLAY_ASSIGN(const Source second, Source::of_words(*pair, how));
  return encode(first, &second, options, is_fused());
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
  const auto& frame = frame_;
  if (!fused_ || !frame) return encode_ids_general(text, max_tokens, out);
  INLAY_TRY(check_text(text));
  const size_t added = added_tokens(false);
  if (max_tokens != 0 && max_tokens < added) {
    return invalid("truncation: expected at least {} tokens for the special ones, found {}", added,
                   max_tokens);
  }
  const size_t before = out.size();
  out.insert(out.end(), frame->prefix.ids.begin(), frame->prefix.ids.end());
  const size_t limit = max_tokens == 0 ? SIZE_MAX : out.size() + max_tokens - added;
  Status failed;
  added_.cut_raw(text, [&](const AddedTokens::Part& part) {
    if (part.token == kNoToken) {
      failed = fused_->ids(text.substr(part.begin, part.end - part.begin), part.begin, limit, out);
    } else {
      out.push_back(static_cast<int32_t>(part.token));
    }
    return failed.ok() && out.size() <= limit;
  });
  if (!failed.ok()) {
    out.resize(before);
    return failed;
  }
  const bool truncated = out.size() > limit;
  if (truncated) out.resize(limit);
  out.insert(out.end(), frame->suffix.ids.begin(), frame->suffix.ids.end());
  return truncated;
}

Result<bool> Tokenizer::encode_ids_general(std::string_view text, size_t max_tokens,
                                           std::vector<int32_t>& out) const {
  EncodeOptions options;
  options.offsets = false;
  if (max_tokens != 0) options.truncation = Truncation{.max_length = max_tokens};
  INLAY_ASSIGN(const Encoding e, encode_general(text, std::nullopt, options));
  out.insert(out.end(), e.ids().begin(), e.ids().end());
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
  return decode_tokens(std::move(tokens));
}

Result<std::string> Tokenizer::decode_tokens(std::vector<std::string> tokens) const {
  if (decoder_) INLAY_TRY(decoder_->decode(tokens));
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
