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

namespace inlay {
inline namespace INLAY_CPP_NAMESPACE {

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
  const inlay_encode_options& c() const noexcept { return c_; }

 private:
  inlay_encode_options c_ = detail::make_options<inlay_encode_options>();
};

// Bytes [begin, end) of the original text.
struct Offset {
  std::uint64_t begin = 0, end = 0;
  friend bool operator==(const Offset&, const Offset&) = default;
};

// A text as tokens; each array has size() entries.
class Encoding : public detail::Handle<inlay_encoding> {
 public:
  using Handle::Handle;

  std::size_t size() const { return c().count; }
  std::span<const std::uint32_t> ids() const { return {c().ids, size()}; }
  std::span<const std::uint32_t> type_ids() const { return {c().type_ids, size()}; }
  std::span<const std::uint32_t> attention_mask() const { return {c().attention_mask, size()}; }
  std::span<const std::uint32_t> special_tokens_mask() const {
    return {c().special_tokens_mask, size()};
  }
  // Requires index < size().
  Offset offset(std::size_t index) const {
    const std::uint64_t* const pair = c().offsets + 2 * index;
    return {pair[0], pair[1]};
  }
  // Requires index < size().
  std::string_view token(std::size_t index) const { return c().tokens[index]; }
  // True when the text was longer than the maximum length.
  bool truncated() const { return c().truncated != 0; }
  inlay_encoding_view c() const { return inlay_encoding_get(get()); }
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
};

}  // namespace INLAY_CPP_NAMESPACE
}  // namespace inlay
