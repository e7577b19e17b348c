#include "text/bpe.h"

#include <algorithm>

#include "text/bpe_merge.h"
#include "text/byte_tokens.h"
#include "text/components.h"
#include "text/match.h"
#include "text/vocabulary_json.h"

namespace inlay::text {
namespace {

constexpr size_t kShortWord = 48;  // symbols; merge_by_scan takes at most 64

// [["a", "b"], …] or ["a b", …]
Result<std::vector<Bpe::MergePair>> parse_merges(const json::Value& value) {
  INLAY_TRY(value.expect(json::Kind::kArray));
  std::vector<Bpe::MergePair> merges;
  merges.reserve(value.size());
  const bool pairs = value.size() > 0 && value.at(size_t{0}).is_array();
  for (const json::Value& merge : value.elements()) {
    if (pairs) {
      if (!merge.is_array() || merge.size() != 2) return merge.error("expected two tokens");
      INLAY_ASSIGN(const std::string_view left, merge.at(size_t{0}).string());
      INLAY_ASSIGN(const std::string_view right, merge.at(size_t{1}).string());
      merges.emplace_back(left, right);
      continue;
    }
    INLAY_ASSIGN(const std::string_view text, merge.string());
    if (text.starts_with("#version")) continue;
    const auto pair = split_merge(text);
    if (!pair)
      return merge.error(format("expected two tokens and one space, found {}", quote(text)));
    merges.push_back(*pair);
  }
  return merges;
}

}  // namespace

std::optional<Bpe::MergePair> split_merge(std::string_view line) {
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || line.find(' ', space + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  return Bpe::MergePair(line.substr(0, space), line.substr(space + 1));
}

Result<std::unique_ptr<Model>> Bpe::make(const BpeOptions& options, Vocabulary vocabulary,
                                         const std::vector<MergePair>& merges) {
  INLAY_TRY(vocabulary.finish());
  auto model = std::make_unique<Bpe>();
  model->options_ = options;
  model->vocabulary_ = std::move(vocabulary);
  const Vocabulary& known = model->vocabulary_;
  if (options.unk_token) model->unk_id_ = known.find(*options.unk_token);
  if (options.byte_fallback) model->byte_ids_ = ids_of_byte_tokens(known);
  model->merges_.reserve(merges.size());
  std::string joined;
  uint32_t rank = 0;
  for (const auto& [left, right] : merges) {
    const auto missing = [&](std::string_view token) {
      return corrupt("merge {}: expected the token {} in the vocabulary", rank, quote(token));
    };
    const auto left_id = known.find(left), right_id = known.find(right);
    if (!left_id) return missing(left);
    if (!right_id || right.size() < options.continuing_subword_prefix.size()) return missing(right);
    const std::string_view added = right.substr(options.continuing_subword_prefix.size());
    joined.assign(left).append(added);
    const auto id = known.find(joined);
    if (!id) return missing(joined);
    model->merges_.add(*left_id, *right_id, {rank++, *id});
    model->always_queue_ |= added.empty() || left.empty();
  }
  return model;
}

uint32_t Bpe::id_of_character(std::string_view character, bool is_first, bool is_last) const {
  const std::string_view prefix =
      is_first ? std::string_view() : options_.continuing_subword_prefix;
  uint64_t hash = Vocabulary::hash(Vocabulary::hash(Vocabulary::kHashSeed, prefix), character);
  if (!is_last || options_.end_of_word_suffix.empty()) {
    return vocabulary_.find(hash, prefix, character);
  }
  const std::string with_suffix = std::string(character) + options_.end_of_word_suffix;
  hash = Vocabulary::hash(hash, options_.end_of_word_suffix);
  return vocabulary_.find(hash, prefix, with_suffix);
}

bool Bpe::add_bytes(std::string_view character, bool is_first, bool is_last,
                    std::vector<Symbol>& symbols) const {
  if (byte_ids_.empty()) return false;
  const size_t before = symbols.size();
  const auto add = [&](std::string_view text) {
    for (const char c : text) {
      const uint32_t id = byte_ids_[static_cast<unsigned char>(c)];
      if (id == Vocabulary::kNone) return false;
      symbols.push_back({id, 1});
    }
    return true;
  };
  const bool all = (is_first || add(options_.continuing_subword_prefix)) && add(character) &&
                   (!is_last || add(options_.end_of_word_suffix));
  if (!all) symbols.resize(before);
  return all;
}

Status Bpe::add_symbols(std::string_view word, std::vector<Symbol>& symbols) const {
  Symbol unknown;  // not added yet; no bytes: none
  const auto flush = [&] {
    if (unknown.bytes > 0) symbols.push_back(unknown);
    unknown.bytes = 0;
  };
  for (size_t i = 0; i < word.size();) {
    const size_t length = utf8_sequence_length(word.substr(i));
    const std::string_view character = word.substr(i, length);
    const bool is_first = i == 0, is_last = i + length == word.size();
    i += length;
    const auto bytes = static_cast<uint32_t>(length);
    const uint32_t id = id_of_character(character, is_first, is_last);
    if (id != Vocabulary::kNone) {
      flush();
      symbols.push_back({id, bytes});
      continue;
    }
    // The peer's order: byte tokens go before an unknown token that still waits.
    if (add_bytes(character, is_first, is_last, symbols) || !options_.unk_token) continue;
    if (!options_.fuse_unk) flush();
    if (!unk_id_) {
      return invalid("text: {} is no token, and neither is the unknown token {}", quote(character),
                     quote(*options_.unk_token));
    }
    unknown = {*unk_id_, unknown.bytes + bytes};
  }
  flush();
  return Status();
}

void Bpe::merge(std::vector<Symbol>& symbols) const {
  if (symbols.size() <= kShortWord && !always_queue_) {
    merge_by_scan(merges_, symbols);
  } else {
    merge_by_queue(merges_, symbols);
  }
}

Status Bpe::tokenize(std::string_view word, std::vector<ModelToken>& out) const {
  if (options_.ignore_merges) {
    if (const auto id = vocabulary_.find(word)) {
      out.push_back({*id, 0, static_cast<uint32_t>(word.size())});
      return Status();
    }
  }
  std::vector<Symbol> symbols;
  symbols.reserve(word.size());
  INLAY_TRY(add_symbols(word, symbols));
  merge(symbols);
  uint32_t begin = 0;
  for (const Symbol& symbol : symbols) {
    out.push_back({symbol.token, begin, begin + symbol.bytes});
    begin += symbol.bytes;
  }
  return Status();
}

void Bpe::write(json::Writer& out) const {
  struct Line {
    uint32_t rank, left, right;
  };
  std::vector<Line> lines;
  lines.reserve(merges_.size());
  merges_.for_each([&](uint32_t left, uint32_t right, const Merge& merge) {
    lines.push_back({merge.rank, left, right});
  });
  std::sort(lines.begin(), lines.end(),
            [](const Line& a, const Line& b) { return a.rank < b.rank; });
  out.begin_object().member("type", "BPE").key("dropout").value(nullptr).key("unk_token");
  const auto text_or_null = [&](const std::string& text) {
    text.empty() ? out.value(nullptr) : out.value(text);
  };
  options_.unk_token ? out.value(*options_.unk_token) : out.value(nullptr);
  out.key("continuing_subword_prefix");
  text_or_null(options_.continuing_subword_prefix);
  out.key("end_of_word_suffix");
  text_or_null(options_.end_of_word_suffix);
  out.member("fuse_unk", options_.fuse_unk).member("byte_fallback", options_.byte_fallback);
  out.member("ignore_merges", options_.ignore_merges).key("vocab");
  write_vocabulary(out, vocabulary_);
  out.key("merges").begin_array();
  for (const Line& line : lines) {
    out.begin_array().value(*token(line.left)).value(*token(line.right)).end_array();
  }
  out.end_array().end_object();
}

Result<std::unique_ptr<Model>> parse_bpe(const json::Value& value) {
  BpeOptions options;
  const auto text = [&](std::string_view key) { return value.at(key).string_or(""); };
  INLAY_ASSIGN(const double dropout, value.at("dropout").number_or(0));
  if (!(dropout >= 0 && dropout <= 1)) {
    return value.at("dropout").error(format("expected 0 to 1, found {}", dropout));
  }
  if (dropout > 0) {
    return unsupported("{}", value.at("dropout").error("tokens would be random").message());
  }
  if (!value.at("unk_token").is_null()) {
    INLAY_ASSIGN(options.unk_token, value.at("unk_token").string());
  }
  INLAY_ASSIGN(options.continuing_subword_prefix, text("continuing_subword_prefix"));
  INLAY_ASSIGN(options.end_of_word_suffix, text("end_of_word_suffix"));
  INLAY_ASSIGN(options.fuse_unk, value.at("fuse_unk").boolean_or(false));
  INLAY_ASSIGN(options.byte_fallback, value.at("byte_fallback").boolean_or(false));
  INLAY_ASSIGN(options.ignore_merges, value.at("ignore_merges").boolean_or(false));
  INLAY_ASSIGN(const std::vector<Bpe::MergePair> merges, parse_merges(value.at("merges")));
  INLAY_ASSIGN(Vocabulary vocabulary, parse_vocabulary(value.at("vocab")));
  auto model = Bpe::make(options, std::move(vocabulary), merges);
  if (!model.ok()) return value.error(model.message());
  return model;
}

}  // namespace inlay::text
