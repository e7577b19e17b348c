#include "text/fused_bert.h"

#include <algorithm>
#include <bit>

#include "base/utf8.h"
#include "text/ascii_block.h"
#include "text/bert.h"
#include "text/token_sinks.h"
#include "unicode/case.h"
#include "unicode/normalization.h"
#include "unicode/properties.h"

namespace inlay::text {
namespace {

using Kind = FusedBert::Kind;

// The word being built: its bytes, and for each byte the original bytes it stands for.
template <bool kOffsets>
class Word {
 public:
  // The first byte is always kept: a word has an origin.
  explicit Word(size_t max_chars)
      : limit_(max_chars > SIZE_MAX / 8 ? SIZE_MAX : std::max<size_t>(4 * max_chars, 1)) {
    if constexpr (kOffsets) capacity_ = 0;  // most texts come without such words
  }

  // Bytes over the limit are counted, not kept: such a word has too many characters.
  void append(char byte, Offset origin) {
    if (size_ == capacity_ && size_ < limit_) grow();
    if (size_ < capacity_) {
      bytes_[size_] = byte;
      if constexpr (kOffsets) origins_[size_] = origin;
    }
    ++size_;
    continuations_ += (byte & 0xC0) == 0x80;
    if constexpr (kOffsets) last_ = origin;
  }
  // Appends ASCII text through `lower`; its first byte is at `begin` of the original.
  void append_ascii(std::string_view text, const char* lower, uint32_t begin) {
    if (size_ + text.size() > capacity_) {
      for (const char c : text) {
        append(lower[static_cast<unsigned char>(c)], {begin, begin + 1});
        ++begin;
      }
      return;
    }
    char* bytes = bytes_ + size_;  // stores of char may alias everything
    for (size_t i = 0; i < text.size(); ++i) bytes[i] = lower[static_cast<unsigned char>(text[i])];
    if constexpr (kOffsets) {
      Offset* origins = origins_.data() + size_;
      const auto count = static_cast<uint32_t>(text.size());
      for (uint32_t i = 0; i < count; ++i) origins[i] = {begin + i, begin + i + 1};
      last_ = {begin + count - 1, begin + count};
    }
    size_ += text.size();
  }
  void clear() { size_ = continuations_ = 0; }

  bool empty() const { return size_ == 0; }
  size_t chars() const { return size_ - continuations_; }
  bool is_whole() const { return size_ <= capacity_; }
  std::string_view text() const { return {bytes_, std::min(size_, capacity_)}; }
  Offset origin(size_t begin, size_t end) const {
    if constexpr (!kOffsets) return {};
    return {origins_[begin].begin, end == size_ ? last_.end : origins_[end - 1].end};
  }
  Offset origin() const { return origin(0, size_); }

 private:
  void grow() {
    std::vector<char> larger(std::max(2 * capacity_, sizeof stack_));
    std::copy_n(bytes_, size_, larger.begin());
    heap_ = std::move(larger);
    bytes_ = heap_.data();
    capacity_ = heap_.size();
    if constexpr (kOffsets) origins_.resize(capacity_);
  }

  char stack_[512];
  std::vector<char> heap_;  // takes over when the stack is too small
  std::vector<Offset> origins_;
  char* bytes_ = stack_;
  size_t capacity_ = sizeof stack_;
  size_t limit_;
  size_t size_ = 0, continuations_ = 0;
  Offset last_;
};

// A character of a decomposition that waits for its place among the marks of its starter.
struct Pending {
  char32_t c;
  bool is_first;  // of its source character's decomposition
  uint8_t combining_class;
};

template <class Sink>
class Run {
 public:
  Run(const FusedBert& bert, std::string_view text, uint32_t base, Sink& sink)
      : bert_(bert),
        flags_(bert.flags()),
        tables_(bert.tables()),
        text_(text),
        base_(base),
        sink_(sink),
        word_(bert.model().max_chars()) {}

  void run() {
    while (is_going_on()) {
      take_plain_words();
      while (is_going_on() && !take_ascii()) take_others();
    }
    end_word();
  }

 private:
  Offset origin(size_t begin, size_t end) const {
    return {static_cast<uint32_t>(base_ + begin), static_cast<uint32_t>(base_ + end)};
  }

  bool is_going_on() const { return at_ < text_.size() && !sink_.is_full(); }

  // Takes words of ASCII letters and digits, punctuation and spaces, a block at a time, and stops
  // before a word with anything else in it. No word is being built before or behind it.
  void take_plain_words() {
    constexpr size_t kReach = AsciiBlock::kBytes + ShortWord::kMaxBytes;  // of a word's last load
    while (is_going_on()) {
      const size_t rest = text_.size() - at_;
      char last[kReach];
      const char* bytes = text_.data() + at_;
      if (rest < kReach) {
        std::fill(std::copy_n(bytes, rest, last), last + kReach, ' ');
        bytes = last;
      }
      const AsciiBlock block = classify_ascii(bytes);
      const uint64_t others = ~(block.alnum | block.space | block.punctuation);
      const size_t end = end_of_plain_words(block.alnum, others);
      take_block(block, bytes, end);
      at_ += std::min(end, rest);
      if (others != 0 || end == 0) return;
    }
  }

  // Where the word begins that goes on behind the block, or that touches one of `others`; where
  // there is no such word, the first of `others`, or 64.
  static size_t end_of_plain_words(uint64_t alnum, uint64_t others) {
    const uint64_t before_others = others == 0 ? ~uint64_t{0} : (others & (0 - others)) - 1;
    return static_cast<size_t>(64 - std::countl_zero(~alnum & before_others));
  }

  void take_block(const AsciiBlock& block, const char* bytes, size_t end) {
    const uint64_t before_end = end == 64 ? ~uint64_t{0} : (uint64_t{1} << end) - 1;
    const uint64_t starts = block.alnum & ~(block.alnum << 1);
    for (uint64_t left = (starts | block.punctuation) & before_end; left != 0; left &= left - 1) {
      const auto i = static_cast<size_t>(std::countr_zero(left));
      if (block.punctuation >> i & 1) {
        sink_.token(tables_.token[static_cast<unsigned char>(bytes[i])],
                    origin(at_ + i, at_ + i + 1));
        sink_.end_word();
      } else {
        take_plain_word(bytes + i, at_ + i, static_cast<size_t>(std::countr_one(block.alnum >> i)));
      }
    }
  }

  void take_plain_word(const char* bytes, size_t at, size_t length) {
    const WordPiece& model = bert_.model();
    if (length > ShortWord::kMaxBytes || length > model.max_chars()) {
      word_.append_ascii({bytes, length}, tables_.lower, static_cast<uint32_t>(base_ + at));
      return end_word();
    }
    ShortWord word = ShortWord::load(bytes, length);
    // Bit 5 is all that is between the cases, and digits have it.
    constexpr uint64_t kLower = 0x2020202020202020;
    if (flags_.lowercase) {
      word = ShortWord{word.low | kLower, word.high | kLower}.first(length);
    }
    const uint32_t id = model.vocabulary().find(word, length);
    if (id != Vocabulary::kNone) {
      sink_.token(id, origin(at, at + length));
    } else {
      const size_t before = sink_.size();
      const bool known = model.cut(word, length, [&](uint32_t part, size_t begin, size_t end) {
        sink_.token(part, origin(at + begin, at + end));
      });
      if (!known) {
        sink_.roll_back(before);
        sink_.token(model.unk_id(), origin(at, at + length));
      }
    }
    sink_.end_word();
  }

  Kind kind(size_t at) const { return tables_.kind[static_cast<unsigned char>(text_[at])]; }

  // Returns true behind the end of a word, false before a character that is not ASCII or at the
  // end of the text.
  bool take_ascii() {
    while (at_ < text_.size()) {
      const size_t begin = at_;
      while (at_ < text_.size() && kind(at_) == Kind::kAppend) ++at_;
      if (begin < at_) {
        word_.append_ascii(text_.substr(begin, at_ - begin), tables_.lower,
                           static_cast<uint32_t>(base_ + begin));
      }
      if (at_ == text_.size() || kind(at_) == Kind::kNotAscii) return false;
      const Kind end = kind(at_++);
      if (end == Kind::kRemove) continue;
      end_word();
      if (end == Kind::kPunctuation) {
        sink_.token(tables_.token[static_cast<unsigned char>(text_[at_ - 1])],
                    origin(at_ - 1, at_));
        sink_.end_word();
      }
      return true;
    }
    return false;
  }

  // Takes characters up to the next ASCII one that counts; marks find their order by then.
  void take_others() {
    while (at_ < text_.size() && (kind(at_) == Kind::kNotAscii || kind(at_) == Kind::kRemove)) {
      const size_t begin = at_;
      const size_t length = utf8_sequence_length(text_.substr(at_));
      at_ += length;
      if (kind(begin) == Kind::kNotAscii) {
        clean(utf8_decode(text_.substr(begin), length), origin(begin, at_));
      }
    }
    flush_pending();
  }

  void clean(char32_t c, Offset origin) {
    if (flags_.clean_text) {
      if (bert_removes(c)) return;
      if (unicode::has_property(c, unicode::kWhiteSpace)) c = U' ';
    }
    if (flags_.handle_chinese_chars && is_bert_chinese(c)) {
      decompose(U' ', origin);
      decompose(c, origin);
      decompose(U' ', origin);
    } else {
      decompose(c, origin);
    }
  }

  void decompose(char32_t c, Offset origin) {
    if (!flags_.strip_accents) return lower(c, origin);
    if (pending_.empty() && unicode::has_property(c, unicode::kPlainStarter)) {
      if (!unicode::has_property(c, unicode::kNonspacingMark)) lower(c, origin);
      return;
    }
    char32_t parts[unicode::kMaxDecomposition];
    const int count = unicode::decompose(c, false, parts);
    origins_.push_back(origin);
    for (int i = 0; i < count; ++i) {
      const uint8_t order = unicode::combining_class(parts[i]);
      if (order != 0) {
        pending_.push_back({parts[i], i == 0, order});
      } else {
        flush_pending();
        in_order(parts[i], i == 0);
      }
    }
  }

  void flush_pending() {
    if (pending_.empty()) return;
    if (pending_.size() > 1) {
      std::stable_sort(pending_.begin(), pending_.end(), [](const Pending& a, const Pending& b) {
        return a.combining_class < b.combining_class;
      });
    }
    for (const Pending& p : pending_) in_order(p.c, p.is_first);
    pending_.clear();
  }

  // The first character of each decomposition stands for the next source character in the text's
  // order, whatever the sorting did; the others for the one before.
  void in_order(char32_t c, bool is_first) {
    if (is_first) {
      origin_ = origins_[next_origin_++];
      if (next_origin_ == origins_.size()) {
        origins_.clear();
        next_origin_ = 0;
      }
    }
    if (!unicode::has_property(c, unicode::kNonspacingMark)) lower(c, origin_);
  }

  void lower(char32_t c, Offset origin) {
    if (!flags_.lowercase || !unicode::has_property(c, unicode::kHasLower)) return cut(c, origin);
    cut(unicode::to_lower(c), origin);
    if (c == unicode::kDottedCapitalI) cut(unicode::kCombiningDotAbove, origin);
  }

  void cut(char32_t c, Offset origin) {
    const uint8_t set = unicode::properties(c);
    if (set & unicode::kWhiteSpace) return end_word();
    if (set & unicode::kPunctuation) end_word();
    append(c, origin);
    if (set & unicode::kPunctuation) end_word();
  }

  void append(char32_t c, Offset origin) {
    const auto put = [&](char32_t byte) { word_.append(static_cast<char>(byte), origin); };
    if (c < 0x80) return put(c);
    if (c < 0x800) {
      put(0xC0 | c >> 6);
    } else {
      if (c < 0x10000) {
        put(0xE0 | c >> 12);
      } else {
        put(0xF0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3F));
      }
      put(0x80 | (c >> 6 & 0x3F));
    }
    put(0x80 | (c & 0x3F));
  }

  void end_word() {
    if (word_.empty()) return;
    const WordPiece& model = bert_.model();
    if (!word_.is_whole() || word_.chars() > model.max_chars()) {
      sink_.token(model.unk_id(), word_.origin());
    } else {
      if (const auto id = model.vocabulary().find(word_.text())) {
        sink_.token(*id, word_.origin());
      } else {
        cut_word();
      }
    }
    sink_.end_word();
    word_.clear();
  }

  void cut_word() {
    const size_t before = sink_.size();
    const bool known = bert_.model().cut(word_.text(), [&](uint32_t id, size_t begin, size_t end) {
      sink_.token(id, word_.origin(begin, end));
    });
    if (known) return;
    sink_.roll_back(before);
    sink_.token(bert_.model().unk_id(), word_.origin());
  }

  const FusedBert& bert_;
  const BertFlags& flags_;
  const FusedBert::Tables& tables_;
  std::string_view text_;
  size_t at_ = 0;
  uint32_t base_;
  Sink& sink_;
  Word<Sink::kOffsets> word_;
  std::vector<Pending> pending_;  // what follows the last starter
  std::vector<Offset> origins_;  // of source characters, from next_origin_ on still to be stood for
  size_t next_origin_ = 0;
  Offset origin_;
};

}  // namespace

FusedBert::FusedBert(const BertFlags& flags, const WordPiece& model)
    : flags_(flags), model_(model) {
  std::fill_n(tables_.kind, 256, Kind::kNotAscii);
  for (char32_t c = 0; c < 0x80; ++c) {
    const uint8_t set = unicode::properties(c);
    const char byte = static_cast<char>(flags.lowercase ? unicode::to_lower(c) : c);
    const auto id = model.vocabulary().find({&byte, 1});
    tables_.lower[c] = byte;
    tables_.token[c] = model.max_chars() > 0 && id ? *id : model.unk_id();
    if (flags.clean_text && bert_removes(c)) {
      tables_.kind[c] = Kind::kRemove;
    } else if (set & unicode::kWhiteSpace) {
      tables_.kind[c] = Kind::kEndWord;
    } else {
      tables_.kind[c] = set & unicode::kPunctuation ? Kind::kPunctuation : Kind::kAppend;
    }
  }
}

Status FusedBert::ids(std::string_view text, size_t, size_t limit,
                      std::vector<int32_t>& out) const {
  IdSink sink(limit, out);
  Run(*this, text, 0, sink).run();
  sink.finish();
  return Status();
}

Status FusedBert::encode(std::string_view text, uint32_t base, FusedEncode& to) const {
  EncodingSink sink(to);
  Run(*this, text, base, sink).run();
  sink.finish();
  return Status();
}

std::unique_ptr<Fused> make_fused_bert(const FusedParts& parts) {
  const BertFlags* flags = parts.normalizer ? parts.normalizer->bert_flags() : nullptr;
  const WordPiece* model = parts.model->word_piece();
  const bool is_bert = flags && parts.pre_tokenizer && parts.pre_tokenizer->is_bert() && model;
  if (!is_bert || parts.added->has_normalized() || parts.trims_offsets) return nullptr;
  return std::make_unique<FusedBert>(*flags, *model);
}

}  // namespace inlay::text
