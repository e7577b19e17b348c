#include "text/fused_unigram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "base/utf8.h"
#include "text/token_sinks.h"
#include "unicode/grapheme.h"
#include "unicode/properties.h"

namespace inlay::text {
namespace {

using Kind = FusedUnigram::Kind;

constexpr std::string_view kVisibleSpace = "\u2581";
constexpr size_t kWholeClusterBytes = 6;  // as in Precompiled

uint64_t load(const char* bytes) {
  uint64_t eight;
  std::memcpy(&eight, bytes, sizeof eight);
  return eight;
}

// The high bit of each byte that is a space; above the lowest one, of some '!' too.
uint64_t find_spaces(uint64_t eight) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  const uint64_t zero_where_space = eight ^ ' ' * kOnes;
  return (zero_where_space - kOnes) & ~zero_where_space & 0x80 * kOnes;
}

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_space(char32_t c) { return unicode::has_property(c, unicode::kWhiteSpace); }

// Of the character that begins with this byte of well-formed text.
size_t character_length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// Where the last character of a text begins that is not empty.
size_t last_character(std::string_view text) {
  size_t begin = text.size() - 1;
  while ((text[begin] & 0xC0) == 0x80) --begin;
  return begin;
}

// A stretch of text after the normalizers; ' ' is also what U+2581 became. The byte before the text
// is free for the space that Metaspace puts there.
template <bool kOffsets>
class Line {
 public:
  Line(const FusedUnigram& unigram, std::string_view text, size_t base)
      : unigram_(unigram), rules_(unigram.rules()), text_(text), base_(base) {}

  // False for texts that only the components themselves get right.
  bool normalize() {
    strip_source();
    grow(text_.size() + text_.size() / 8 + 64);
    append(" ", Offset());
    for (size_t at = 0; at < text_.size() && is_right_;) {
      at = take_visible(at);
      at = take_plain(at);
      if (at < text_.size()) at = take_cluster(at);
    }
    if (is_right_) strip();
    return is_right_;
  }

  size_t begin() const { return begin_; }
  size_t end() const { return size_; }
  // kSlack more bytes may be read behind the end.
  static constexpr size_t kSlack = 16;
  const char* bytes() const { return bytes_.get(); }
  // True when the first character of the source stands at the begin of the whole text.
  bool is_at_begin() const { return base_ == 0; }
  // Makes the byte before `at` a space that stands for what the character at `at` stands for.
  void put_space_before(size_t at) {
    bytes_[at - 1] = ' ';
    if constexpr (kOffsets) origins_[at - 1] = origins_[at];
  }
  Offset origin(size_t begin, size_t end) const {
    if constexpr (!kOffsets) return {};
    return {origins_[begin].begin, origins_[end - 1].end};
  }

 private:
  void strip_source() {
    const auto [left, right] = rules_.strip_first;
    while (right && !text_.empty()) {
      const size_t begin = last_character(text_);
      if (!is_space(character_at(text_, begin))) break;
      text_ = text_.substr(0, begin);
    }
    while (left && !text_.empty() && is_space(character_at(text_, 0))) {
      const size_t length = character_length(text_[0]);
      text_.remove_prefix(length);
      base_ += length;
    }
  }

  // Visible ASCII and single spaces between it, 16 bytes at a time.
  size_t take_visible(size_t at) {
    constexpr size_t kBlock = 16;
    if (!unigram_.keeps_visible()) return at;
    for (; text_.size() - at > kBlock; at += kBlock) {
      const char* from = text_.data() + at;
      // The byte behind the block may be a mark, and then the last one is not alone.
      if (!is_visible(from) || !is_ascii(from[kBlock])) break;
      if (rules_.joins_spaces && (after_space_ || has_two_spaces(from))) break;
      reserve(kBlock);
      std::memcpy(bytes_.get() + size_, from, kBlock);
      if constexpr (kOffsets) keep_origins(at, kBlock);
      size_ += kBlock;
      after_space_ = from[kBlock - 1] == ' ';
      is_inserted_ = false;
    }
    return at;
  }
  // Of 16 bytes: all from ' ' to '~'.
  static bool is_visible(const char* from) {
    constexpr uint64_t kOnes = 0x0101010101010101, kHighs = 0x80 * kOnes;
    const auto outside = [](uint64_t eight) {
      // A byte below 0x20 borrows from its high bit, one of 0x7F carries into it.
      return (((eight | kHighs) - 0x20 * kOnes) ^ kHighs) | ((eight & ~kHighs) + kOnes) | eight;
    };
    return ((outside(load(from)) | outside(load(from + 8))) & kHighs) == 0;
  }
  // Of 16 bytes; may be true for a space and a '!' behind it.
  static bool has_two_spaces(const char* from) {
    const uint64_t low = find_spaces(load(from)), high = find_spaces(load(from + 8));
    return ((low & low << 8) | (high & high << 8) | (high & low >> 56)) != 0;
  }

  // ASCII that is a cluster of its own and that the charsmap keeps.
  size_t take_plain(size_t at) {
    for (;;) {
      const size_t begin = at;
      while (at < text_.size() && unigram_.kind(text_[at]) == Kind::kKeep) ++at;
      const bool whole = at == text_.size() || is_ascii(text_[at]);
      const size_t end = whole || at == begin ? at : at - 1;  // the last one may carry a mark
      keep(begin, end);
      if (end < at || at == text_.size() || unigram_.kind(text_[at]) != Kind::kSpace) return end;
      if (at + 1 < text_.size() && !is_ascii(text_[at + 1])) return at;
      put_space(origin_of(at, 1));
      is_inserted_ = false;
      ++at;
    }
  }

  size_t take_cluster(size_t at) {
    const std::string_view rest = text_.substr(at);
    if (!rules_.map) {
      const size_t length = character_length(rest[0]);
      put_itself(at, length);
      return at + length;
    }
    const size_t length = unicode::grapheme_length(rest);
    if (length < kWholeClusterBytes) {
      if (const auto to = rules_.map->find(rest.substr(0, length))) {
        replace(at, length, *to);
        return at + length;
      }
    }
    for (const size_t end = at + length; at < end;) {
      const size_t bytes = character_length(text_[at]);
      const auto to = rules_.map->find(text_.substr(at, bytes));
      if (to) {
        replace(at, bytes, *to);
      } else {
        put_itself(at, bytes);
      }
      at += bytes;
    }
    return at;
  }

  // Characters too many stand for the last one of `from`; characters too few leave the rest out.
  void replace(size_t at, size_t bytes, std::string_view to) {
    const size_t end = at + bytes;
    if (to.empty()) return remove(at);
    Offset origin = origin_of(at, character_length(text_[at]));
    for (size_t i = 0; i < to.size();) {
      is_inserted_ = at >= end;
      if (!is_inserted_) {
        const size_t length = character_length(text_[at]);
        origin = origin_of(at, length);
        at += length;
      }
      const size_t length = character_length(to[i]);
      put(to.substr(i, length), origin);
      i += length;
    }
  }

  // The peer counts a removed character for the one before it: an inserted one then stands for the
  // removed one, and at the begin of the text all that follows moves.
  void remove(size_t at) {
    if (size_ == 1) is_right_ = false;
    if constexpr (kOffsets) {
      if (!is_inserted_) return;
      size_t i = size_;
      do origins_[--i] = origin_of(at, character_length(text_[at]));
      while ((bytes_[i] & 0xC0) == 0x80);
    }
    is_inserted_ = false;
  }

  void put_itself(size_t at, size_t bytes) {
    is_inserted_ = false;
    put(text_.substr(at, bytes), origin_of(at, bytes));
  }

  void put(std::string_view character, Offset origin) {
    if (character == " ") return put_space(origin);
    if (character == kVisibleSpace) {
      if (rules_.splits_at_white_space || rules_.strip.left || rules_.strip.right) {
        is_right_ = false;  // a space that is none there
      }
      append(" ", origin);
    } else if (rules_.splits_at_white_space && is_space(character_at(character, 0))) {
      append(" ", origin);
    } else {
      append(character, origin);
    }
    after_space_ = false;
  }

  void put_space(Offset origin) {
    if (rules_.joins_spaces && after_space_) {
      if constexpr (kOffsets) origins_[size_ - 1] = origin;
    } else {
      append(" ", origin);
    }
    after_space_ = true;
  }

  void append(std::string_view bytes, Offset origin) {
    reserve(bytes.size());
    std::copy(bytes.begin(), bytes.end(), bytes_.get() + size_);
    if constexpr (kOffsets) std::fill_n(origins_.get() + size_, bytes.size(), origin);
    size_ += bytes.size();
  }

  void keep(size_t begin, size_t end) {
    if (begin == end) return;
    reserve(end - begin);
    std::copy(text_.data() + begin, text_.data() + end, bytes_.get() + size_);
    if constexpr (kOffsets) keep_origins(begin, end - begin);
    size_ += end - begin;
    is_inserted_ = after_space_ = false;
  }

  void keep_origins(size_t begin, size_t bytes) {
    Offset* origins = origins_.get() + size_;
    const auto first = static_cast<uint32_t>(base_ + begin);
    const auto count = static_cast<uint32_t>(bytes);
    for (uint32_t i = 0; i < count; ++i) origins[i] = {first + i, first + i + 1};
  }

  void reserve(size_t more) {
    if (capacity_ - size_ < more + kSlack) grow(2 * (size_ + more + kSlack));
  }
  void grow(size_t capacity) {
    std::unique_ptr<char[]> bytes(new char[capacity]());
    std::copy_n(bytes_.get(), size_, bytes.get());
    bytes_ = std::move(bytes);
    if constexpr (kOffsets) {
      std::unique_ptr<Offset[]> origins(new Offset[capacity]);
      std::copy_n(origins_.get(), size_, origins.get());
      origins_ = std::move(origins);
    }
    capacity_ = capacity;
  }
  std::string_view line() const { return {bytes_.get(), size_}; }

  Offset origin_of(size_t at, size_t bytes) const {
    return {static_cast<uint32_t>(base_ + at), static_cast<uint32_t>(base_ + at + bytes)};
  }

  void strip() {
    while (rules_.strip.right && size_ > 1) {
      const size_t begin = last_character(line());
      if (!is_space(character_at(line(), begin))) break;
      size_ = begin;
    }
    while (rules_.strip.left && begin_ < size_) {
      if (!is_space(character_at(line(), begin_))) break;
      begin_ += character_length(bytes_[begin_]);
    }
  }

  const FusedUnigram& unigram_;
  const UnigramRules& rules_;
  std::string_view text_;
  size_t base_;
  std::unique_ptr<char[]> bytes_;
  std::unique_ptr<Offset[]> origins_;  // of bytes_
  size_t size_ = 0, capacity_ = 0;
  size_t begin_ = 1;          // of the text in bytes_
  bool is_inserted_ = false;  // the last character, beyond those that it replaces
  bool after_space_ = false;  // the last character is a space of the text
  bool is_right_ = true;
};

// Cuts the words of a line into pieces.
template <class Sink>
class Search {
 public:
  Search(const FusedUnigram& unigram, Line<Sink::kOffsets>& line, Sink& sink)
      : unigram_(unigram), trie_(unigram.model().trie()), line_(line), sink_(sink) {}

  Status run() { return unigram_.rules().splits_at_white_space ? run_split() : run_metaspace(); }

 private:
  struct Step {
    double score;
    uint32_t begin;  // of the last piece
    uint32_t id;
  };
  static constexpr size_t kOnStack = 256;
  static constexpr double kNowhere = -std::numeric_limits<double>::infinity();

  bool is_prepended() const {
    const PrependScheme scheme = unigram_.rules().scheme;
    return scheme == PrependScheme::kAlways ||
           (scheme == PrependScheme::kFirst && line_.is_at_begin());
  }

  size_t next_space(size_t from) const {
    for (; from < line_.end(); from += 8) {
      const uint64_t spaces = find_spaces(load(line_.bytes() + from));
      if (spaces == 0) continue;
      return std::min(from + static_cast<size_t>(std::countr_zero(spaces)) / 8, line_.end());
    }
    return line_.end();
  }

  // Words that a space begins; more spaces are words of their own.
  Status run_metaspace() {
    size_t at = line_.begin();
    if (at == line_.end()) return Status();
    if (line_.bytes()[at] != ' ' && is_prepended()) line_.put_space_before(at--);
    while (at < line_.end() && !sink_.is_full()) {
      const size_t end = next_space(at + 1);
      INLAY_TRY(word(at, end));
      at = end;
    }
    return Status();
  }

  // Words between spaces.
  Status run_split() {
    for (size_t at = line_.begin(); at < line_.end() && !sink_.is_full();) {
      if (line_.bytes()[at] == ' ') {
        ++at;
        continue;
      }
      const size_t end = next_space(at);
      if (is_prepended()) line_.put_space_before(at--);
      INLAY_TRY(word(at, end));
      at = end;
    }
    return Status();
  }

  // bytes[begin, end) of the line. Only its first byte may be a space.
  Status word(size_t begin, size_t end) {
    const size_t size = end - begin;
    const uint32_t whole = piece_of({line_.bytes() + begin, size});
    if (whole != PieceTrie::kNone && unigram_.is_alone(whole)) {
      sink_.token(whole, line_.origin(begin, end));
      sink_.end_word();
      return Status();
    }
    Step on_stack[kOnStack + 1];
    std::unique_ptr<Step[]> on_heap;
    Step* steps = on_stack;
    if (size > kOnStack) {
      on_heap.reset(new Step[size + 1]);
      steps = on_heap.get();
    }
    if (!search({line_.bytes() + begin, size}, steps) || !push_best(steps, begin, size)) {
      INLAY_TRY(word_with_unknown(begin, end));
    }
    sink_.end_word();
    return Status();
  }

  // The piece that is the whole word, or kNone.
  uint32_t piece_of(std::string_view word) const {
    const bool has_space = word[0] == ' ';
    uint32_t node = has_space ? unigram_.space_node() : PieceTrie::kRoot;
    for (size_t i = has_space; i < word.size() && node != PieceTrie::kNone; ++i) {
      node = trie_.child(node, word[i]);
    }
    return node == PieceTrie::kNone ? PieceTrie::kNone : trie_.value(node);
  }

  // Fills steps[i] with the best way to cut word[0, i); of two that are equal the first one found.
  // False when a character is no piece of its own.
  bool search(std::string_view word, Step* steps) {
    steps[0] = {0, 0, 0};
    for (size_t i = 1; i <= word.size(); ++i) steps[i].score = kNowhere;
    for (size_t begin = 0; begin < word.size();) {
      const size_t character = character_length(word[begin]);
      if (!offer_pieces(word, begin, begin + character, steps)) return false;
      begin += character;
    }
    return true;
  }

  // Offers the pieces that begin at `begin`; false when none of them is its first character.
  bool offer_pieces(std::string_view word, size_t begin, size_t character_end, Step* steps) {
    const double before = steps[begin].score;
    const bool has_space = word[begin] == ' ';
    uint32_t node = has_space ? unigram_.space_node() : PieceTrie::kRoot;
    bool has_character = false;
    for (size_t end = begin + has_space; node != PieceTrie::kNone; ++end) {
      const uint32_t id = end > begin ? trie_.value(node) : PieceTrie::kNone;
      if (id != PieceTrie::kNone) {
        has_character |= end == character_end;
        const double score = unigram_.model().score(id) + before;
        if (score > steps[end].score) steps[end] = {score, static_cast<uint32_t>(begin), id};
      }
      if (end == word.size()) break;
      node = trie_.child(node, word[end]);
    }
    return has_character;
  }

  // False when the unknown token is among the best pieces: it may stand for bytes.
  bool push_best(Step* steps, size_t begin, size_t size) {
    const auto unk_id = unigram_.model().unk_id();
    const Step last = steps[size];
    if (last.begin == 0) {
      if (last.id == unk_id) return false;
      if (!unigram_.is_alone(last.id)) unigram_.set_alone(last.id);
      sink_.token(last.id, line_.origin(begin, begin + size));
      return true;
    }
    // Turns the chain around: from each begin of a piece to its end.
    auto end = static_cast<uint32_t>(size);
    Step piece = last;
    for (;;) {
      if (piece.id == unk_id) return false;
      const uint32_t at = piece.begin;
      const Step before = steps[at];
      steps[at] = {0, end, piece.id};
      if (at == 0) break;
      piece = before;
      end = at;
    }
    for (uint32_t at = 0; at < size; at = steps[at].begin) {
      sink_.token(steps[at].id, line_.origin(begin + at, begin + steps[at].begin));
    }
    return true;
  }

  // The model's own way, with the word as it is spelled.
  Status word_with_unknown(size_t begin, size_t end) {
    const bool has_space = line_.bytes()[begin] == ' ';
    const size_t longer = has_space ? kVisibleSpace.size() - 1 : 0;
    std::string word(has_space ? kVisibleSpace : std::string_view());
    word.append(line_.bytes() + begin + has_space, line_.bytes() + end);
    std::vector<ModelToken> tokens;
    INLAY_TRY(unigram_.model().tokenize(word, tokens));
    const auto place = [&](uint32_t at) { return at == 0 ? begin : begin + at - longer; };
    for (const ModelToken& token : tokens) {
      sink_.token(token.id, line_.origin(place(token.begin), place(token.end)));
    }
    return Status();
  }

  const FusedUnigram& unigram_;
  const PieceTrie& trie_;
  Line<Sink::kOffsets>& line_;
  Sink& sink_;
};

// Strip, Precompiled, Strip, the joining of spaces: each may be missing, the order is fixed.
bool add_normalizers(const Normalizer* normalizer, UnigramRules& rules) {
  if (!normalizer) return true;
  int stage = 0;
  const auto enter = [&](int next) { return std::exchange(stage, next) < next; };
  const auto add = [&](const Normalizer& one) {
    if (const StripSides* sides = one.strip_sides()) {
      const bool is_first = stage == 0;
      (is_first ? rules.strip_first : rules.strip) = *sides;
      return enter(is_first ? 1 : 3);
    }
    if (one.charsmap()) {
      rules.map = one.charsmap();
      return enter(2);
    }
    const std::string* to = one.spaces_become();
    rules.joins_spaces = true;
    return to && (*to == " " || (*to == kVisibleSpace && !rules.splits_at_white_space)) && enter(4);
  };
  const auto sequence = normalizer->sequence();
  if (sequence.empty()) return add(*normalizer);
  return std::all_of(sequence.begin(), sequence.end(), [&](const auto& one) { return add(*one); });
}

bool add_pre_tokenizers(const PreTokenizer* pre_tokenizer, UnigramRules& rules) {
  if (!pre_tokenizer) return false;
  const MetaspaceOptions* metaspace = pre_tokenizer->metaspace();
  const auto sequence = pre_tokenizer->sequence();
  if (sequence.size() == 1) metaspace = sequence[0]->metaspace();
  if (sequence.size() == 2 && sequence[0]->is_whitespace_split()) {
    rules.splits_at_white_space = true;
    metaspace = sequence[1]->metaspace();
  }
  if (!metaspace || metaspace->replacement != kVisibleSpace || !metaspace->split) return false;
  rules.scheme = metaspace->scheme;
  return true;
}

// Sums of such scores are never infinite.
bool has_tame_scores(const Unigram& model) {
  constexpr double kMost = 1e100;
  for (uint32_t id = 0; id < model.vocab_size(); ++id) {
    if (!(std::abs(model.score(id)) < kMost)) return false;
  }
  return true;
}

uint32_t node_of(const PieceTrie& trie, std::string_view bytes) {
  uint32_t node = PieceTrie::kRoot;
  for (const char c : bytes) {
    node = trie.child(node, c);
    if (node == PieceTrie::kNone) break;
  }
  return node;
}

}  // namespace

FusedUnigram::FusedUnigram(const UnigramRules& rules, const FusedParts& parts)
    : rules_(rules),
      normalizer_(parts.normalizer),
      pre_tokenizer_(*parts.pre_tokenizer),
      model_(*parts.model->unigram()),
      space_node_(node_of(model_.trie(), kVisibleSpace)),
      alone_(new std::atomic<bool>[model_.vocab_size()]()) {
  std::fill_n(kinds_, 256, Kind::kOther);
  for (int i = 0; i < 0x80; ++i) {
    const char c = static_cast<char>(i);
    const bool splits = rules.splits_at_white_space && is_space(static_cast<char32_t>(i));
    // \r may form a cluster with the character behind it.
    const bool kept = !rules.map || (c != '\r' && !rules.map->find({&c, 1}));
    if (kept && c == ' ') kinds_[i] = Kind::kSpace;
    if (kept && c != ' ' && !splits) kinds_[i] = Kind::kKeep;
  }
  keeps_visible_ = kind(' ') == Kind::kSpace;
  for (char c = '!'; c <= '~'; ++c) keeps_visible_ &= kind(c) == Kind::kKeep;
}

template <class Sink>
Status FusedUnigram::run(std::string_view text, size_t base, Sink& sink) const {
  Line<Sink::kOffsets> line(*this, text, base);
  if (line.normalize()) {
    INLAY_TRY(Search<Sink>(*this, line, sink).run());
  } else {
    INLAY_TRY(run_general(text, base, sink));
  }
  sink.finish();
  return Status();
}

template <class Sink>
Status FusedUnigram::run_general(std::string_view text, size_t base, Sink& sink) const {
  NormalizedText normalized(text, static_cast<uint32_t>(base));
  if (normalizer_) INLAY_TRY(normalizer_->normalize(normalized));
  PieceList pieces;
  pieces.add(normalized);
  INLAY_TRY(pre_tokenizer_.split(pieces));
  std::vector<ModelToken> tokens;
  for (const Piece& piece : pieces.pieces()) {
    tokens.clear();
    INLAY_TRY(model_.tokenize(pieces.text(piece), tokens));
    for (const ModelToken& token : tokens) {
      sink.token(token.id, pieces.origin(piece, token.begin, token.end));
    }
    sink.end_word();
    if (sink.is_full()) break;
  }
  return Status();
}

Status FusedUnigram::ids(std::string_view text, size_t base, size_t limit,
                         std::vector<int32_t>& out) const {
  IdSink sink(limit, out);
  return run(text, base, sink);
}

Status FusedUnigram::encode(std::string_view text, uint32_t base, FusedEncode& to) const {
  EncodingSink sink(to);
  return run(text, base, sink);
}

std::unique_ptr<Fused> make_fused_unigram(const FusedParts& parts) {
  const Unigram* model = parts.model->unigram();
  if (!model || parts.added->has_normalized() || parts.trims_offsets) return nullptr;
  UnigramRules rules;
  if (!add_pre_tokenizers(parts.pre_tokenizer, rules)) return nullptr;
  if (!add_normalizers(parts.normalizer, rules) || !has_tame_scores(*model)) return nullptr;
  // Which word is the first is then a question of origins.
  const bool hides_begin = rules.strip.left || rules.splits_at_white_space;
  if (hides_begin && rules.scheme == PrependScheme::kFirst) return nullptr;
  return std::make_unique<FusedUnigram>(rules, parts);
}

}  // namespace inlay::text
