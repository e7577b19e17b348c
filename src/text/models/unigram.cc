#include "text/unigram.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <string>

#include "text/byte_tokens.h"
#include "text/components.h"
#include "text/match.h"

namespace inlay::text {
namespace {

constexpr double kUnkPenalty = 10;

double power_of_ten(int exponent) {
  constexpr double kExact[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                               1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                               1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  if (exponent < static_cast<int>(std::size(kExact))) return kExact[exponent];
  const std::string text = format("1e{}", exponent);
  double power = 0;
  std::from_chars(text.data(), text.data() + text.size(), power);
  return power;
}

// The peer rounds twice when it reads a score: its digits to a double, and that divided by a power
// of ten. The last bit decides ties. `score` is the nearest double, whose shortest digits are those
// that stand in a file.
double as_the_peer_reads(double score) {
  if (score == 0 || !std::isfinite(score)) return score;
  char text[32];
  const char* end =
      std::to_chars(text, text + sizeof text, std::abs(score), std::chars_format::scientific).ptr;
  uint64_t digits = 0;
  int exponent = 0;
  const char* at = text;
  for (bool fraction = false; *at != 'e'; ++at) {
    if (*at == '.') {
      fraction = true;
      continue;
    }
    digits = digits * 10 + static_cast<uint64_t>(*at - '0');
    exponent -= fraction;
  }
  int power = 0;
  at += at[1] == '+' ? 2 : 1;
  std::from_chars(at, end, power);
  exponent += power;
  if (exponent < -308 || exponent > 308) return score;
  const auto value = static_cast<double>(digits);
  const double read =
      exponent < 0 ? value / power_of_ten(-exponent) : value * power_of_ten(exponent);
  return std::copysign(read, score);
}

}  // namespace

Result<std::unique_ptr<Model>> Unigram::make(const std::vector<UnigramPiece>& pieces,
                                             std::optional<uint32_t> unk_id, bool byte_fallback) {
  if (unk_id && *unk_id >= pieces.size()) {
    return corrupt("expected an unk_id below the {} pieces, found {}", pieces.size(), *unk_id);
  }
  auto model = std::make_unique<Unigram>();
  double lowest = std::numeric_limits<double>::infinity();
  size_t text_bytes = 0;
  for (const UnigramPiece& piece : pieces) text_bytes += piece.text.size();
  if (text_bytes >= UINT32_MAX) return unsupported("expected less than 4 GiB of pieces");
  model->texts_.reserve(text_bytes);
  model->ids_.reserve(pieces.size(), text_bytes);
  std::vector<std::pair<std::string_view, uint32_t>> entries;
  for (const UnigramPiece& piece : pieces) {
    const auto id = static_cast<uint32_t>(model->scores_.size());
    if (std::isnan(piece.score)) return corrupt("the score of piece {} is no number", id);
    model->begins_.push_back(static_cast<uint32_t>(model->texts_.size()));
    model->texts_ += piece.text;
    model->scores_.push_back(piece.score);
    model->ids_.add(piece.text, id);
    entries.emplace_back(piece.text, id);
    lowest = std::min(lowest, piece.score);
  }
  model->begins_.push_back(static_cast<uint32_t>(model->texts_.size()));
  model->trie_ = PieceTrie::build(std::move(entries));
  model->unk_id_ = unk_id;
  model->unk_score_ = lowest - kUnkPenalty;
  model->byte_fallback_ = byte_fallback;
  if (byte_fallback) model->byte_ids_ = ids_of_byte_tokens(model->ids_);
  return model;
}

std::optional<std::string_view> Unigram::token(uint32_t id) const {
  if (id >= scores_.size()) return std::nullopt;
  return std::string_view(texts_).substr(begins_[id], begins_[id + 1] - begins_[id]);
}

// steps[i] is the best way to cut word[0, i). A later way must be better, not equal.
Status Unigram::search(std::string_view word, std::vector<Step>& steps) const {
  steps.assign(word.size() + 1, Step());
  const auto offer = [&](size_t begin, size_t end, double score, uint32_t id) {
    Step& step = steps[end];
    if (step.begin != UINT32_MAX && !(score > step.score)) return;
    step = {score, static_cast<uint32_t>(begin), id};
  };
  for (size_t begin = 0; begin < word.size();) {
    const std::string_view rest = word.substr(begin);
    const size_t character = utf8_sequence_length(rest);
    const double before = steps[begin].score;
    bool has_character = false;
    trie_.find_prefixes(rest, [&](size_t bytes, uint32_t id) {
      offer(begin, begin + bytes, scores_[id] + before, id);
      has_character |= bytes == character;
    });
    if (!has_character) {
      const Step& step = steps[begin + character];
      const bool wins = step.begin == UINT32_MAX || unk_score_ + before > step.score;
      if (wins && !unk_id_) {
        return invalid("text: {} is in no piece, and there is no unknown token",
                       quote(rest.substr(0, character)));
      }
      if (wins) offer(begin, begin + character, unk_score_ + before, *unk_id_);
    }
    begin += character;
  }
  return Status();
}

bool Unigram::push_bytes(std::string_view piece, uint32_t begin, uint32_t end,
                         std::vector<ModelToken>& out) const {
  if (byte_ids_.empty()) return false;
  const size_t before = out.size();
  for (const char c : piece) {
    const uint32_t id = byte_ids_[static_cast<unsigned char>(c)];
    if (id == Vocabulary::kNone) {
      out.resize(before);
      return false;
    }
    out.push_back({id, begin, end});
  }
  return true;
}

Status Unigram::tokenize(std::string_view word, std::vector<ModelToken>& out) const {
  std::vector<Step> steps;
  INLAY_TRY(search(word, steps));
  std::vector<ModelToken> reversed;
  for (auto end = static_cast<uint32_t>(word.size()); end > 0;) {
    const Step& step = steps[end];
    const bool is_unknown = step.id == unk_id_;
    if (is_unknown && !reversed.empty() && reversed.back().id == unk_id_ &&
        reversed.back().begin == end) {
      reversed.back().begin = step.begin;  // neighbouring unknown characters are one
    } else {
      reversed.push_back({step.id, step.begin, end});
    }
    end = step.begin;
  }
  for (auto token = reversed.rbegin(); token != reversed.rend(); ++token) {
    if (token->id != unk_id_) {
      out.push_back(*token);
      continue;
    }
    // Unknown characters that together are a piece after all are that piece.
    const std::string_view text = word.substr(token->begin, token->end - token->begin);
    if (const auto id = ids_.find(text)) {
      out.push_back({*id, token->begin, token->end});
    } else if (!push_bytes(text, token->begin, token->end, out)) {
      out.push_back(*token);
    }
  }
  return Status();
}

void Unigram::write(json::Writer& out) const {
  out.begin_object().member("type", "Unigram").key("unk_id");
  unk_id_ ? out.value(*unk_id_) : out.value(nullptr);
  out.key("vocab").begin_array();
  for (uint32_t id = 0; id < vocab_size(); ++id) {
    out.begin_array().value(*token(id)).value(scores_[id]).end_array();
  }
  out.end_array().member("byte_fallback", byte_fallback_).end_object();
}

Result<std::unique_ptr<Model>> parse_unigram(const json::Value& value) {
  const json::Value vocab = value.at("vocab");
  INLAY_TRY(vocab.expect(json::Kind::kArray));
  std::vector<UnigramPiece> pieces;
  pieces.reserve(vocab.size());
  for (const json::Value& entry : vocab.elements()) {
    if (!entry.is_array() || entry.size() != 2) return entry.error("expected [piece, score]");
    UnigramPiece piece;
    INLAY_ASSIGN(piece.text, entry.at(size_t{0}).string());
    INLAY_ASSIGN(piece.score, entry.at(size_t{1}).number());
    piece.score = as_the_peer_reads(piece.score);
    pieces.push_back(piece);
  }
  std::optional<uint32_t> unk_id;
  if (!value.at("unk_id").is_null()) {
    INLAY_ASSIGN(unk_id, parse_token_id(value.at("unk_id")));
  }
  INLAY_ASSIGN(const bool byte_fallback, value.at("byte_fallback").boolean_or(false));
  auto model = Unigram::make(pieces, unk_id, byte_fallback);
  if (!model.ok()) return value.error(model.message());
  return model;
}

}  // namespace inlay::text
