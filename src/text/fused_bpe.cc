#include "text/fused_bpe.h"

#include <algorithm>
#include <bit>

#include "base/utf8.h"
#include "text/byte_alphabet.h"
#include "text/byte_level.h"
#include "text/token_sinks.h"

namespace inlay::text {
namespace {

constexpr size_t kBatch = 64;  // words whose ends are looked for at once
constexpr size_t kMostScanners = 4;

// A stretch of text with the original bytes that each of its bytes stands for.
struct Source {
  std::string_view text;
  uint32_t base;          // where the text begins in the original
  const Offset* origins;  // one a byte; null: the text is as in the original

  Source part(size_t begin, size_t end) const {
    const std::string_view stretch = text.substr(begin, end - begin);
    if (origins) return {stretch, 0, origins + begin};
    return {stretch, base + static_cast<uint32_t>(begin), nullptr};
  }
  NormalizedText copy() const {
    if (origins) return NormalizedText(text, {origins, text.size()});
    return NormalizedText(text, base);
  }
  // A part of a character stands for all of it. Requires begin < end.
  Offset origin(uint32_t begin, uint32_t end) const {
    if (origins) return {origins[begin].begin, origins[end - 1].end};
    const auto continues = [&](uint32_t at) { return (text[at] & 0xC0) == 0x80; };
    while (continues(begin)) --begin;
    while (end < text.size() && continues(end)) ++end;
    return {base + begin, base + end};
  }
};

Source source_of(const NormalizedText& text) { return {text.text(), 0, text.origins().data()}; }

// The ends of words, each scanner within the pieces of the one before it.
class Cuts {
 public:
  Cuts(const std::vector<const Scanner*>& scanners, std::string_view text)
      : scanners_(scanners), text_(text) {}

  // At most kBatch ends of the words from `at` on. Requires at < text.size().
  size_t next(uint32_t at, uint32_t ends[kBatch]) {
    if (scanners_.empty()) {
      ends[0] = static_cast<uint32_t>(text_.size());
      return 1;
    }
    if (scanners_.size() == 1) return scanners_[0]->ends(text_, at, ends, kBatch);
    size_t count = 0;
    while (count < kBatch && at < text_.size()) {
      const std::string_view piece = text_.substr(0, end_of_outer_piece(at));
      count += scanners_.back()->ends(piece, at, ends + count, kBatch - count);
      at = ends[count - 1];
    }
    return count;
  }

 private:
  size_t end_of_outer_piece(uint32_t at) {
    size_t end = text_.size();
    for (size_t i = 0; i + 1 < scanners_.size(); ++i) {
      if (piece_ends_[i] <= at) scanners_[i]->ends(text_.substr(0, end), at, &piece_ends_[i], 1);
      end = piece_ends_[i];
    }
    return end;
  }

  const std::vector<const Scanner*>& scanners_;
  std::string_view text_;
  uint32_t piece_ends_[kMostScanners] = {};
};

// Sinks for tokens of a source, whose places are bytes of its text.
class IdsOfSource {
 public:
  IdsOfSource(size_t limit, std::vector<int32_t>& out) : sink_(limit, out) {}

  void word(const Source&, uint32_t, const WordTokens& tokens) {
    sink_.tokens(tokens.ids(), tokens.count());
  }
  void token(const Source&, uint32_t id, uint32_t, uint32_t) { sink_.token(id, {}); }
  void added(const Source&, uint32_t id) { sink_.token(id, {}); }
  void end_word() {}
  bool is_full() const { return sink_.is_full(); }
  void finish() { sink_.finish(); }

 private:
  IdSink sink_;
};

class EncodingOfSource {
 public:
  explicit EncodingOfSource(FusedEncode& to)
      : to_(to),
        sink_(to),
        can_skip_spaces_(to.white_space != FusedEncode::WhiteSpace::kNoted),
        skipped_spaces_(to.white_space == FusedEncode::WhiteSpace::kTrimmed ? UINT32_MAX : 0) {}

  void word(const Source& source, uint32_t begin, const WordTokens& tokens) {
    // At the begin of a text a space may be the one that was added.
    if (tokens.is_plain() && !source.origins && begin != 0 && can_skip_spaces_) {
      plain_word(source.base + begin, tokens);
    } else {
      for (size_t i = 0; i < tokens.count(); ++i) {
        const uint32_t end = begin + tokens.bytes(i);
        token(source, tokens.ids()[i], begin, end);
        begin = end;
      }
    }
    end_word();
  }
  void token(const Source& source, uint32_t id, uint32_t begin, uint32_t end) {
    put(id, source.origin(begin, end), source, begin, end);
  }
  void added(const Source& source, uint32_t id) {
    Offset offset = source.origin(0, static_cast<uint32_t>(source.text.size()));
    to_.treat(offset, count_spaces(source.text), sink_.size());
    sink_.token(id, offset);
    end_word();
  }
  void end_word() { sink_.end_word(); }
  bool is_full() const { return sink_.is_full(); }
  void finish() { sink_.finish(); }

 private:
  void plain_word(uint32_t at, const WordTokens& tokens) {
    sink_.make_room(WordTokens::kMost);
    for (size_t i = 0; i < tokens.count(); ++i) {
      const uint32_t end = at + tokens.bytes(i);
      sink_.token_in_room(tokens.ids()[i],
                          {at + (tokens.leading_spaces(i) & skipped_spaces_), end});
      at = end;
    }
  }
  void put(uint32_t id, Offset offset, const Source& source, uint32_t begin, uint32_t end) {
    if (to_.white_space != FusedEncode::WhiteSpace::kKept)
      to_.treat(offset, spaces(source.text, begin, end), sink_.size());
    sink_.token(id, offset);
  }
  // In the byte alphabet a space is white space, and no other byte is.
  static Spaces spaces(std::string_view text, uint32_t begin, uint32_t end) {
    const uint32_t first = text[begin] == ' ';
    if (text[end - 1] != ' ' && text[begin + first] != ' ') return {first, 0};
    Spaces found;
    for (uint32_t i = begin; i < end && text[i] == ' '; ++i) ++found.leading;
    for (uint32_t i = end; i > begin && text[i - 1] == ' '; --i) ++found.trailing;
    return found;
  }

  FusedEncode& to_;
  EncodingSink sink_;
  bool can_skip_spaces_;
  uint32_t skipped_spaces_;  // a mask of their number
};

// One text on its way into a sink.
template <class Sink>
class Run {
 public:
  Run(const FusedBpe::Parts& parts, BpeWorkspace& workspace, Sink& sink)
      : parts_(parts), workspace_(workspace), sink_(sink) {}

  void run(const Source& source) {
    if (!parts_.added->has_normalized()) return piece(source);
    parts_.added->cut_normalized(source.text, [&](const AddedTokens::Part& part) {
      const Source stretch = source.part(part.begin, part.end);
      if (part.token == kNoToken) {
        piece(stretch);
      } else {
        sink_.added(stretch, part.token);
      }
      return !sink_.is_full();
    });
  }

 private:
  void piece(const Source& source) {
    if (!parts_.add_prefix_space || source.text.starts_with(' ')) return words(source);
    NormalizedText spaced = source.copy();
    spaced.prepend(" ");
    words(source_of(spaced));
  }

  void words(const Source& source) {
    Cuts cuts(parts_.scanners, source.text);
    uint32_t ends[kBatch];
    for (uint32_t at = 0; at < source.text.size() && !sink_.is_full();) {
      const size_t count = cuts.next(at, ends);
      look_ahead(source, at, ends, count);
      for (size_t i = 0; i < count; ++i) {
        word(source, at, ends[i], ahead_[i]);
        at = ends[i];
      }
    }
  }

  // A word's place in the cache of short words.
  struct Place {
    WordKey key;
    uint64_t hash;
  };

  // The cache is larger than the nearest ones of the machine: what is needed soon is asked for.
  void look_ahead(const Source& source, uint32_t begin, const uint32_t ends[], size_t count) {
    for (size_t i = 0; i < count; begin = ends[i++]) {
      const size_t bytes = ends[i] - begin;
      if (bytes > WordKey::kMaxBytes) continue;
      ahead_[i].key = WordKey::of(source.text.substr(begin, bytes), source.text.size() - begin);
      ahead_[i].hash = ahead_[i].key.hash();
      workspace_.words.prefetch(ahead_[i].hash);
    }
  }

  void word(const Source& source, uint32_t begin, uint32_t end, const Place& place) {
    const std::string_view word = source.text.substr(begin, end - begin);
    if (word.size() > WordKey::kMaxBytes) return (void)long_word(source, begin, word);
    if (const WordTokens* known = workspace_.words.find(place.key, place.hash)) {
      return sink_.word(source, begin, *known);
    }
    if (!long_word(source, begin, word)) remember(place, word);
  }

  // A word that is not among the short ones; true when it was known.
  bool long_word(const Source& source, uint32_t begin, std::string_view word) {
    const bool may_be_known = word.size() <= LongWordCache::kMaxBytes;
    LongWordCache::Entry* entry = may_be_known ? &workspace_.long_words.entry(word) : nullptr;
    if (entry && LongWordCache::is(*entry, word)) {
      for (int i = 0; i < entry->count; ++i) {
        const uint32_t end = begin + entry->bytes[i];
        sink_.token(source, entry->ids[i], begin, end);
        begin = end;
      }
      sink_.end_word();
      return true;
    }
    merge(word);
    if (entry && !is_short(word)) remember(word, *entry);
    for (const Symbol& symbol : workspace_.symbols) {
      sink_.token(source, symbol.token, begin, begin + symbol.bytes);
      begin += symbol.bytes;
    }
    sink_.end_word();
    return false;
  }

  // Leaves the word's tokens in the workspace.
  void merge(std::string_view word) {
    std::vector<Symbol>& symbols = workspace_.symbols;
    symbols.clear();
    if (parts_.bpe->options().ignore_merges) {
      std::string& spelled = workspace_.spelled;
      spelled.clear();
      for (const char c : word) {
        utf8_append(spelled, kByteAlphabet.character[static_cast<unsigned char>(c)]);
      }
      if (const auto id = parts_.bpe->vocabulary().find(spelled)) {
        symbols.push_back({*id, static_cast<uint32_t>(word.size())});
        return;
      }
    }
    for (const char c : word) {
      symbols.push_back({parts_.byte_tokens[static_cast<unsigned char>(c)], 1});
    }
    parts_.bpe->merge(symbols);
  }

  // What was merged last is the entry of a short word.
  bool is_short(std::string_view word) const {
    return word.size() <= WordKey::kMaxBytes && workspace_.symbols.size() <= WordTokens::kMost;
  }

  void remember(const Place& place, std::string_view word) {
    const std::vector<Symbol>& symbols = workspace_.symbols;
    if (symbols.size() > WordTokens::kMost) return;
    WordTokens tokens;
    for (const Symbol& symbol : symbols) {
      tokens.add(symbol.token, word.substr(0, symbol.bytes));
      word.remove_prefix(symbol.bytes);
    }
    workspace_.words.insert(place.key, place.hash, tokens);
  }

  void remember(std::string_view word, LongWordCache::Entry& entry) const {
    const std::vector<Symbol>& symbols = workspace_.symbols;
    if (symbols.size() > LongWordCache::kMostTokens) return;
    std::memcpy(entry.word, word.data(), word.size());
    entry.size = static_cast<uint8_t>(word.size());
    entry.count = 0;
    for (const Symbol& symbol : symbols) {
      entry.ids[entry.count] = symbol.token;
      entry.bytes[entry.count++] = static_cast<uint8_t>(symbol.bytes);
    }
  }

  const FusedBpe::Parts& parts_;
  BpeWorkspace& workspace_;
  Sink& sink_;
  Place ahead_[kBatch];
};

// Where a thread looks first: threads have stacks far apart.
size_t first_slot(size_t slots) {
  const char here = 0;
  const auto address = static_cast<uint64_t>(reinterpret_cast<uintptr_t>(&here) >> 16);
  return static_cast<size_t>((address * 0x9E3779B97F4A7C15) >> 32) % slots;
}

// The scanners of a pre-tokenizer that ends with ByteLevel; false: it has other parts.
bool add_scanners(const PreTokenizer& pre_tokenizer, FusedBpe::Parts& parts) {
  const auto steps = pre_tokenizer.sequence();
  for (size_t i = 0; i + 1 < steps.size(); ++i) {
    if (!steps[i]->scanner()) return false;
    parts.scanners.push_back(steps[i]->scanner());
  }
  const PreTokenizer& last = steps.empty() ? pre_tokenizer : *steps.back();
  const ByteLevelOptions* options = last.byte_level();
  if (!options || (options->add_prefix_space && !parts.scanners.empty())) return false;
  parts.add_prefix_space = options->add_prefix_space;
  if (options->use_regex) parts.scanners.push_back(&kGpt2Scanner);
  return parts.scanners.size() <= kMostScanners;
}

bool find_byte_tokens(const Vocabulary& vocabulary, uint32_t tokens[256]) {
  for (size_t byte = 0; byte < 256; ++byte) {
    std::string character;
    utf8_append(character, kByteAlphabet.character[byte]);
    const auto id = vocabulary.find(character);
    if (!id) return false;
    tokens[byte] = *id;
  }
  return true;
}

}  // namespace

BpeWorkspaces::~BpeWorkspaces() {
  for (auto& slot : free_) delete slot.load(std::memory_order_relaxed);
}

std::unique_ptr<BpeWorkspace> BpeWorkspaces::take() {
  for (size_t i = 0, at = first_slot(kMost); i < kMost; ++i, at = (at + 1) % kMost) {
    if (!free_[at].load(std::memory_order_relaxed)) continue;
    if (BpeWorkspace* found = free_[at].exchange(nullptr, std::memory_order_acquire)) {
      return std::unique_ptr<BpeWorkspace>(found);
    }
  }
  return std::make_unique<BpeWorkspace>();
}

void BpeWorkspaces::give_back(std::unique_ptr<BpeWorkspace> workspace) {
  for (size_t i = 0, at = first_slot(kMost); i < kMost; ++i, at = (at + 1) % kMost) {
    BpeWorkspace* expected = nullptr;
    if (free_[at].load(std::memory_order_relaxed)) continue;
    if (free_[at].compare_exchange_strong(expected, workspace.get(), std::memory_order_release,
                                          std::memory_order_relaxed)) {
      (void)workspace.release();
      return;
    }
  }
}

template <class Sink>
Status FusedBpe::run(std::string_view text, uint32_t base, Sink& sink) const {
  std::unique_ptr<BpeWorkspace> workspace = workspaces_.take();
  Run<Sink> run(parts_, *workspace, sink);
  Status status;
  if (!parts_.normalizer || parts_.normalizer->keeps(text)) {
    run.run({text, base, nullptr});
  } else {
    NormalizedText changed(text, base);
    status = parts_.normalizer->normalize(changed);
    if (status.ok()) run.run(source_of(changed));
  }
  workspaces_.give_back(std::move(workspace));
  if (status.ok()) sink.finish();
  return status;
}

Status FusedBpe::ids(std::string_view text, size_t, size_t limit, std::vector<int32_t>& out) const {
  IdsOfSource sink(limit, out);
  return run(text, 0, sink);
}

Status FusedBpe::encode(std::string_view text, uint32_t base, FusedEncode& to) const {
  EncodingOfSource sink(to);
  return run(text, base, sink);
}

std::unique_ptr<Fused> make_fused_bpe(const FusedParts& parts) {
  const Bpe* bpe = parts.model->bpe();
  if (!bpe || !parts.pre_tokenizer) return nullptr;
  const BpeOptions& options = bpe->options();
  if (!options.continuing_subword_prefix.empty() || !options.end_of_word_suffix.empty()) {
    return nullptr;
  }
  FusedBpe::Parts found = {.normalizer = parts.normalizer,
                           .scanners = {},
                           .add_prefix_space = false,
                           .bpe = bpe,
                           .added = parts.added,
                           .byte_tokens = {}};
  if (!add_scanners(*parts.pre_tokenizer, found)) return nullptr;
  if (!find_byte_tokens(bpe->vocabulary(), found.byte_tokens)) return nullptr;
  return std::make_unique<FusedBpe>(std::move(found));
}

}  // namespace inlay::text
