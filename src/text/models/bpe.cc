#include "text/bpe.h"

#include <algorithm>
#include <span>

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

namespace {

// Looks merges up some at a time: the tables of a real vocabulary are larger than the first cache,
// so what is needed next is asked for ahead.
class MergeReader {
 public:
  MergeReader(const Vocabulary& vocabulary, size_t prefix_bytes, MergeTable& table)
      : vocabulary_(vocabulary), prefix_bytes_(prefix_bytes), table_(table) {}

  static constexpr size_t kBlock = 32;
  // Requires at most kBlock merges; the first has rank `rank`.
  Status read(std::span<const Bpe::MergePair> merges, uint32_t rank) {
    Found found[kBlock];
    for (size_t i = 0; i < merges.size(); ++i) {
      found[i].left_hash = TokenHash::of(merges[i].first);
      found[i].right_hash = TokenHash::of(merges[i].second);
      vocabulary_.prefetch(found[i].left_hash);
      vocabulary_.prefetch(found[i].right_hash);
    }
    for (size_t i = 0; i < merges.size(); ++i) {
      INLAY_TRY(find(merges[i], rank + static_cast<uint32_t>(i), found[i]));
      table_.prefetch(found[i].left, found[i].right);
    }
    for (size_t i = 0; i < merges.size(); ++i) {
      const uint32_t its_rank = rank + static_cast<uint32_t>(i);
      table_.add(found[i].left, found[i].right, {its_rank, found[i].token});
    }
    return Status();
  }
  // True when a merge added no text.
  bool adds_nothing() const { return adds_nothing_; }

 private:
  struct Found {
    uint64_t left_hash, right_hash;
    uint32_t left, right, token;
  };

  Status find(const Bpe::MergePair& merge, uint32_t rank, Found& found) {
    const auto& [left, right] = merge;
    const auto missing = [&](std::string_view token) {
      return corrupt("merge {}: expected the token {} in the vocabulary", rank, quote(token));
    };
    found.left = vocabulary_.find(found.left_hash, {}, left);
    found.right = vocabulary_.find(found.right_hash, {}, right);
    if (found.left == Vocabulary::kNone) return missing(left);
    if (found.right == Vocabulary::kNone || right.size() < prefix_bytes_) return missing(right);
    const std::string_view added = right.substr(prefix_bytes_);
    adds_nothing_ |= left.empty() || added.empty();
    found.token = find_joined(left, added);
    if (found.token == Vocabulary::kNone) return missing(std::string(left).append(added));
    last_ = found.token;
    return Status();
  }

  // Mostly tokens have the order of their merges: then it is the one behind the last.
  uint32_t find_joined(std::string_view left, std::string_view added) const {
    const auto next = vocabulary_.token(last_ + 1);
    const bool is_next = next && next->size() == left.size() + added.size() &&
                         next->starts_with(left) && next->ends_with(added);
    if (is_next) return last_ + 1;
    TokenHash hash;
    hash.append(left);
    hash.append(added);
    return vocabulary_.find(hash.value(), left, added);
  }

  const Vocabulary& vocabulary_;
  size_t prefix_bytes_;
  MergeTable& table_;
  uint32_t last_ = Vocabulary::kNone - 1;
  bool adds_nothing_ = false;
};

}  // namespace

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
  MergeReader reader(known, options.continuing_subword_prefix.size(), model->merges_);
  const std::span<const MergePair> all = merges;
  for (size_t at = 0; at < all.size(); at += MergeReader::kBlock) {
    const size_t count = std::min(MergeReader::kBlock, all.size() - at);
    INLAY_TRY(reader.read(all.subspan(at, count), static_cast<uint32_t>(at)));
  }
  model->always_queue_ = reader.adds_nothing();
  return model;
}

uint32_t Bpe::id_of_character(std::string_view character, bool is_first, bool is_last) const {
  const std::string_view prefix =
      is_first ? std::string_view() : options_.continuing_subword_prefix;
  TokenHash hash;
  hash.append(prefix);
  hash.append(character);
  if (!is_last || options_.end_of_word_suffix.empty()) {
    return vocabulary_.find(hash.value(), prefix, character);
  }
  const std::string with_suffix = std::string(character) + options_.end_of_word_suffix;
  hash.append(options_.end_of_word_suffix);
  return vocabulary_.find(hash.value(), prefix, with_suffix);
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
