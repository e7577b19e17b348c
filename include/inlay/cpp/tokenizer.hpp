// Text to tokens and back.
//
//   const auto tokenizer = inlay::Tokenizer::create(model);
//   const auto encoding = tokenizer.encode("A man is eating food.");
//   encoding.ids();                    // 101, 1037, 2158, 2003, 5983, 2833, 1012, 102
//   tokenizer.decode(encoding.ids());  // "a man is eating food."
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "inlay/cpp/model.hpp"
#include "inlay/cpp/texts.hpp"

namespace inlay {
inline namespace INLAY_CPP_NAMESPACE {

enum class Truncation : std::uint32_t {
  kLongestFirst = INLAY_TRUNCATION_LONGEST_FIRST,
  kOnlyFirst = INLAY_TRUNCATION_ONLY_FIRST,
  kOnlySecond = INLAY_TRUNCATION_ONLY_SECOND,
};

class EncodeOptions {
 public:
  // No [CLS], [SEP], ….
  EncodeOptions& without_special_tokens(bool on = true) {
    c_.without_special_tokens = on;
    return *this;
  }
  // At most this many tokens, special ones included; 0: the tokenizer's maximum.
  EncodeOptions& max_length(std::uint32_t tokens) {
    c_.max_length = tokens;
    return *this;
  }
  EncodeOptions& unlimited_length() { return max_length(UINT32_MAX); }
  // Pads to this many tokens; 0: no padding.
  EncodeOptions& pad_to(std::uint32_t tokens) {
    c_.pad_to = tokens;
    return *this;
  }
  // Pads to a multiple of so many tokens; 0: any length.
  EncodeOptions& pad_to_multiple(std::uint32_t tokens) {
    c_.pad_to_multiple = tokens;
    return *this;
  }
  // Pads to the longest of a batch.
  EncodeOptions& pad_to_longest(bool on = true) {
    c_.pad_to_longest = on;
    return *this;
  }
  EncodeOptions& pad_left(bool on = true) {
    c_.pad_left = on;
    return *this;
  }
  // Which text of a pair is cut.
  EncodeOptions& truncation(Truncation which) {
    c_.truncation = static_cast<std::uint32_t>(which);
    return *this;
  }
  // Texts lose their begin, not their end.
  EncodeOptions& truncate_left(bool on = true) {
    c_.truncate_left = on;
    return *this;
  }
  // How many tokens neighbouring overflowing windows share.
  EncodeOptions& stride(std::uint32_t tokens) {
    c_.stride = tokens;
    return *this;
  }
  // Offsets count Unicode scalar values, not bytes.
  EncodeOptions& character_offsets(bool on = true) {
    c_.character_offsets = on;
    return *this;
  }
  // What is not UTF-8 is read as U+FFFD.
  EncodeOptions& replace_invalid_utf8(bool on = true) {
    c_.replace_invalid_utf8 = on;
    return *this;
  }
  const inlay_encode_options& c() const noexcept { return c_; }

 private:
  inlay_encode_options c_ = detail::make_options<inlay_encode_options>();
};

// Bytes [begin, end) of the original text.
struct Offset {
  std::uint64_t begin = 0, end = 0;
  friend bool operator==(const Offset&, const Offset&) = default;
};

// A text as tokens, seen in what owns it; each array has size() entries.
class EncodingView {
 public:
  EncodingView() = default;
  explicit EncodingView(const inlay_encoding_view& view) : view_(view) {}

  std::size_t size() const { return view_.count; }
  std::span<const std::uint32_t> ids() const { return {view_.ids, size()}; }
  std::span<const std::uint32_t> type_ids() const { return {view_.type_ids, size()}; }
  std::span<const std::uint32_t> attention_mask() const { return {view_.attention_mask, size()}; }
  std::span<const std::uint32_t> special_tokens_mask() const {
    return {view_.special_tokens_mask, size()};
  }
  // The word within its text, from 0; -1 for special tokens and padding.
  std::span<const std::int32_t> word_ids() const { return {view_.word_ids, size()}; }
  // Requires index < size().
  Offset offset(std::size_t index) const {
    const std::uint64_t* const pair = view_.offsets + 2 * index;
    return {pair[0], pair[1]};
  }
  // Requires index < size().
  std::string_view token(std::size_t index) const { return view_.tokens[index]; }
  // True when the text was longer than the maximum length.
  bool truncated() const { return view_.truncated != 0; }
  const inlay_encoding_view& c() const { return view_; }

 private:
  inlay_encoding_view view_ = {};
};

// A text as tokens; each array has size() entries.
class Encoding : public detail::Handle<inlay_encoding> {
 public:
  using Handle::Handle;

  std::size_t size() const { return view().size(); }
  std::span<const std::uint32_t> ids() const { return view().ids(); }
  std::span<const std::uint32_t> type_ids() const { return view().type_ids(); }
  std::span<const std::uint32_t> attention_mask() const { return view().attention_mask(); }
  std::span<const std::uint32_t> special_tokens_mask() const {
    return view().special_tokens_mask();
  }
  // The word within its text, from 0; -1 for special tokens and padding.
  std::span<const std::int32_t> word_ids() const { return view().word_ids(); }
  // Requires index < size().
  Offset offset(std::size_t index) const { return view().offset(index); }
  // Requires index < size().
  std::string_view token(std::size_t index) const { return view().token(index); }
  // True when the text was longer than the maximum length.
  bool truncated() const { return view().truncated(); }
  EncodingView view() const { return EncodingView(c()); }
  // What was cut, in overlapping windows; they live as long as the encoding.
  std::size_t overflow_count() const { return inlay_encoding_overflow_count(get()); }
  EncodingView overflow(std::size_t index) const {
    return EncodingView(inlay_encoding_overflow(get(), index));
  }
  inlay_encoding_view c() const { return inlay_encoding_get(get()); }
};

// Many texts as tokens; views live as long as it.
class Encodings : public detail::Handle<inlay_encodings> {
 public:
  using Handle::Handle;

  std::size_t size() const { return inlay_encodings_count(get()); }
  // Requires index < size().
  EncodingView at(std::size_t index) const {
    return EncodingView(inlay_encoding_get(inlay_encodings_get(get(), index)));
  }
  // What was cut of one text, in overlapping windows.
  std::size_t overflow_count(std::size_t index) const {
    return inlay_encoding_overflow_count(inlay_encodings_get(get(), index));
  }
  EncodingView overflow(std::size_t index, std::size_t window) const {
    return EncodingView(inlay_encoding_overflow(inlay_encodings_get(get(), index), window));
  }
};

// The ids of many texts, end to end.
class Ids : public detail::Handle<inlay_ids> {
 public:
  using Handle::Handle;

  std::size_t size() const { return c().count; }
  // The ids of one text. Requires index < size().
  std::span<const std::int32_t> at(std::size_t index) const {
    const inlay_ids_view view = c();
    return {view.ids + view.begins[index], view.begins[index + 1] - view.begins[index]};
  }
  inlay_ids_view c() const { return inlay_ids_get(get()); }
};

// Decoding as ids come. For one thread at a time.
class DecodeStream : public detail::Handle<inlay_decode_stream> {
 public:
  using Handle::Handle;

  // The text that the ids add, in whole characters; "" while it is not certain.
  Outcome<std::string> push(std::span<const std::uint32_t> ids) {
    return detail::make_string(
        [&](char** out) { return inlay_decode_stream_push(get(), ids.data(), ids.size(), out); });
  }
  Outcome<std::string> push(std::uint32_t id) {
    return push(std::span<const std::uint32_t>(&id, 1));
  }
  // The text that was held back; the stream is then as new.
  Outcome<std::string> flush() {
    return detail::make_string([&](char** out) { return inlay_decode_stream_flush(get(), out); });
  }
  void reset() { inlay_decode_stream_reset(get()); }
};

class Tokenizer : public detail::Handle<inlay_tokenizer> {
 public:
  using Handle::Handle;

  // The tokenizer of a model directory, with the model's maximum length. Fails with kUnsupported for a
  // model that is a file.
  static Outcome<Tokenizer> create(const Model& model) {
    return detail::make_handle<Tokenizer, inlay_tokenizer>(
        [&](inlay_tokenizer** out) { return inlay_tokenizer_create(model.get(), out); });
  }
  // From a tokenizer.json; no maximum length.
  static Outcome<Tokenizer> open(const std::string& path) {
    return detail::make_handle<Tokenizer, inlay_tokenizer>(
        [&](inlay_tokenizer** out) { return inlay_tokenizer_open(path.c_str(), out); });
  }

  // From a bare vocabulary: vocab.txt, vocab.json with merges.txt beside it, a SentencePiece .model,
  // tiktoken ranks. `like` names whose defaults it has: "bert-base-uncased", "gpt2", "T5Tokenizer",
  // "cl100k_base", …; "": what is usual for such a file.
  static Outcome<Tokenizer> from_vocabulary(const std::string& path, const std::string& like = "") {
    return detail::make_handle<Tokenizer, inlay_tokenizer>([&](inlay_tokenizer** out) {
      return inlay_tokenizer_from_vocabulary(path.c_str(), like.c_str(), out);
    });
  }
  static Outcome<Tokenizer> from_vocabulary_bytes(std::string_view vocabulary,
                                                  std::string_view merges,
                                                  const std::string& like = "") {
    return detail::make_handle<Tokenizer, inlay_tokenizer>([&](inlay_tokenizer** out) {
      return inlay_tokenizer_from_vocabulary_bytes(vocabulary.data(), vocabulary.size(),
                                                   merges.data(), merges.size(), like.c_str(), out);
    });
  }
  // Writes a tokenizer.json; the file is replaced in one step.
  Outcome<void> save(const std::string& path) const {
    return detail::outcome<void>(inlay_tokenizer_save(get(), path.c_str()),
                                 [] { return Outcome<void>(); });
  }

  std::size_t vocab_size() const { return inlay_tokenizer_vocab_size(get()); }
  // In tokens, special ones included; 0: no limit known.
  std::size_t max_length() const { return inlay_tokenizer_max_length(get()); }

  // Fails with kInvalidArgument for text that is not UTF-8, naming the byte.
  Outcome<Encoding> encode(std::string_view text, const EncodeOptions& options = {}) const {
    return encode(text, nullptr, 0, options);
  }
  Outcome<Encoding> encode_pair(std::string_view text, std::string_view pair,
                                const EncodeOptions& options = {}) const {
    return encode(text, pair.data() ? pair.data() : "", pair.size(), options);
  }
  // Texts that were cut into words before; each is encoded for itself, offsets are relative to it.
  Outcome<Encoding> encode_words(const Texts& words, const EncodeOptions& options = {}) const {
    return encode_words(words, nullptr, nullptr, 0, options);
  }
  Outcome<Encoding> encode_words_pair(const Texts& words, const Texts& pair,
                                      const EncodeOptions& options = {}) const {
    static constexpr const char* kNoWords[] = {nullptr};
    return encode_words(words, pair.size() ? pair.data() : kNoWords, pair.bytes(), pair.size(),
                        options);
  }
  // Many texts over `threads` threads; 0: one for each CPU.
  Outcome<Encodings> encode_batch(const Texts& texts, const EncodeOptions& options = {},
                                  std::uint32_t threads = 0) const {
    return encode_batch(texts, nullptr, nullptr, options, threads);
  }
  // texts[i] with pairs[i]. Fails with kInvalidArgument when they are not as many.
  Outcome<Encodings> encode_batch_pairs(const Texts& texts, const Texts& pairs,
                                        const EncodeOptions& options = {},
                                        std::uint32_t threads = 0) const {
    if (pairs.size() != texts.size()) {
      return detail::fail<Encodings>(detail::not_as_many("pairs", texts.size(), pairs.size()));
    }
    return encode_batch(texts, pairs.data(), pairs.bytes(), options, threads);
  }
  // Only the ids of many texts: the quick way. max_length 0: the tokenizer's; UINT32_MAX: none.
  Outcome<Ids> encode_ids(const Texts& texts, std::uint32_t max_length = 0,
                          std::uint32_t threads = 0) const {
    return detail::make_handle<Ids, inlay_ids>([&](inlay_ids** out) {
      return inlay_tokenizer_encode_ids(get(), texts.data(), texts.bytes(), texts.size(),
                                        max_length, threads, out);
    });
  }
  Outcome<DecodeStream> decode_stream(bool skip_special = true) const {
    return detail::make_handle<DecodeStream, inlay_decode_stream>([&](inlay_decode_stream** out) {
      return inlay_decode_stream_create(get(), skip_special, out);
    });
  }
  // The text of ids; ids that are no tokens are left out.
  Outcome<std::string> decode(std::span<const std::uint32_t> ids, bool skip_special = true) const {
    return detail::make_string([&](char** out) {
      return inlay_tokenizer_decode(get(), ids.data(), ids.size(), skip_special, out);
    });
  }

 private:
  Outcome<Encoding> encode(std::string_view text, const char* pair, std::size_t pair_bytes,
                           const EncodeOptions& options) const {
    return detail::make_handle<Encoding, inlay_encoding>([&](inlay_encoding** out) {
      return inlay_tokenizer_encode(get(), text.data(), text.size(), pair, pair_bytes, &options.c(),
                                    out);
    });
  }
  Outcome<Encoding> encode_words(const Texts& words, const char* const* pair,
                                 const std::size_t* pair_bytes, std::size_t pair_count,
                                 const EncodeOptions& options) const {
    return detail::make_handle<Encoding, inlay_encoding>([&](inlay_encoding** out) {
      return inlay_tokenizer_encode_words(get(), words.data(), words.bytes(), words.size(), pair,
                                          pair_bytes, pair_count, &options.c(), out);
    });
  }
  Outcome<Encodings> encode_batch(const Texts& texts, const char* const* pairs,
                                  const std::size_t* pair_bytes, const EncodeOptions& options,
                                  std::uint32_t threads) const {
    return detail::make_handle<Encodings, inlay_encodings>([&](inlay_encodings** out) {
      return inlay_tokenizer_encode_batch(get(), texts.data(), texts.bytes(), pairs, pair_bytes,
                                          texts.size(), &options.c(), threads, out);
    });
  }
};

}  // namespace INLAY_CPP_NAMESPACE
}  // namespace inlay
