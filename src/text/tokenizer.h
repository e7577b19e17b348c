// A tokenizer as tokenizer.json describes it: text to ids and back.
//
//   INLAY_ASSIGN(auto tokenizer, Tokenizer::from_directory("all-MiniLM-L6-v2"));
//   INLAY_ASSIGN(Encoding e, tokenizer->encode("A man eats.", std::nullopt, {}));
//   e.ids;   // 101, 1037, 2158, 20323, 1012, 102
//
// The reference is Hugging Face's tokenizers 0.23.3: ids, offsets, masks and word ids are the same.
// Texts must be well-formed UTF-8 of less than 4 GiB. A Tokenizer does not change: all functions
// may be called from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/mapped_file.h"
#include "text/added_tokens.h"
#include "text/component.h"
#include "text/descriptions.h"
#include "text/encoding.h"
#include "text/fused.h"

namespace inlay {
class ThreadPool;
}

namespace inlay::text {

struct EncodeOptions {
  bool add_special_tokens = true;
  bool offsets = true;  // false: Encoding::offsets mean nothing
  OffsetUnit offset_unit = OffsetUnit::kBytes;
  bool replace_invalid_utf8 = false;  // by U+FFFD; false: an error
  std::optional<Truncation> truncation = {};
  std::optional<Padding> padding = {};
};

struct TextPair {
  std::string_view text;
  std::optional<std::string_view> pair = {};
};

class Tokenizer {
 public:
  // From the text of a tokenizer.json; `source_name` is how messages call it.
  // Fails with kCorrupt, and kUnsupported for a component that is not known here.
  static Result<std::shared_ptr<const Tokenizer>> from_json(std::string_view text,
                                                            const std::string& source_name);
  static Result<std::shared_ptr<const Tokenizer>> from_json(
      const std::shared_ptr<const MappedFile>& file, const std::string& source_name);
  // From a model directory: tokenizer.json, or else vocab.txt, vocab.json with merges.txt, a
  // SentencePiece .model or a .tiktoken file, converted as the class in tokenizer_config.json or
  // the model_type in config.json says; and the maximum length from its configs.
  static Result<std::shared_ptr<const Tokenizer>> from_directory(const std::string& path);
  // From a bare vocabulary of those kinds (merges.txt beside vocab.json), or a tokenizer.json.
  // `like` names whose defaults it has: a model ("bert-base-cased", "gpt2"), a class
  // ("T5Tokenizer") or a tiktoken encoding ("cl100k_base"); "": what is usual for the file.
  // Fails with kNotFound for a name that is not known here.
  static Result<std::shared_ptr<const Tokenizer>> from_vocabulary(const std::string& path,
                                                                  std::string_view like);
  static Result<std::shared_ptr<const Tokenizer>> from_vocabulary_bytes(std::string_view vocabulary,
                                                                        std::string_view merges,
                                                                        std::string_view like);

  // Fails with kInvalidArgument for text that is not UTF-8, naming the byte, and for a truncation
  // that cannot be met. Truncation and padding are those of the options only.
  Result<Encoding> encode(std::string_view text, std::optional<std::string_view> pair,
                          const EncodeOptions& options) const;

  // The same for texts that were cut into words before: each is encoded for itself, offsets are
  // relative to it, and word ids are the places of the words. A pair is in words too.
  using Words = std::span<const std::string_view>;
  Result<Encoding> encode_words(Words words, std::optional<Words> pair,
                                const EncodeOptions& options) const;

  // Appends the ids of a text with its special tokens to `out`, at most `max_tokens` of them (0: no
  // limit). Returns true when the text was cut at its end. Fails like encode; then `out` is
  // unchanged.
  Result<bool> encode_ids(std::string_view text, size_t max_tokens,
                          std::vector<int32_t>& out) const;

  // The same for many texts, over the threads of `pool`; null: in the caller's thread alone. What
  // they give does not depend on the number of threads. A padding to the longest is to the longest
  // of the batch. They fail like the first text, in order, that fails, with its number from 0:
  // "text 3: …".
  Result<std::vector<Encoding>> encode_batch(std::span<const TextPair> texts,
                                             const EncodeOptions& options, ThreadPool* pool) const;
  // The ids of text i become ids[begins[i], begins[i + 1]). A failure leaves both empty.
  Status encode_ids_batch(std::span<const std::string_view> texts, size_t max_tokens,
                          ThreadPool* pool, std::vector<int32_t>& ids,
                          std::vector<size_t>& begins) const;

  // The text of ids. Ids that are no tokens are left out, and special tokens with skip_special.
  Result<std::string> decode(std::span<const uint32_t> ids, bool skip_special) const;

  // The text that tokens say, as the decoder joins them; they need not be this tokenizer's.
  Result<std::string> decode_tokens(std::vector<std::string> tokens) const;

  // The token of what has no other; nothing where there is none.
  std::optional<uint32_t> unknown_id() const { return model_->unknown_id(); }
  // True when tokens that do not begin a word are marked so, as WordPiece's "##ing" is.
  bool marks_continuing() const { return !model_->continuing_prefix().empty(); }

  // The token of an id, "" when there is none; lives as long as the Tokenizer.
  std::string_view token(uint32_t id) const;
  std::optional<uint32_t> id(std::string_view token) const;
  // The model's tokens and the added ones.
  size_t vocab_size() const;

  // The most tokens that the model takes, special ones included: sentence_bert_config.json, else
  // tokenizer_config.json, else config.json. 0 when unknown.
  size_t max_length() const { return max_length_; }

  // What tokenizer.json bakes in. It is often wrong for the model, so nothing applies it unasked.
  const std::optional<Truncation>& baked_truncation() const { return baked_truncation_; }
  const std::optional<Padding>& baked_padding() const { return baked_padding_; }

  // A tokenizer.json that reads back as the same tokenizer, here and in Hugging Face's tokenizers.
  // Fails with kUnsupported for one that was made from parts without descriptions.
  Result<std::string> to_json() const;
  // The same into a file, which is replaced in one step: whoever opens it finds the old one or the
  // new one. Fails with kIo, naming the path.
  Status save(const std::string& path) const;

  // True when texts take a fused way; encode_general never does, and gives the same.
  bool is_fused() const { return fused_ != nullptr; }
  Result<Encoding> encode_general(std::string_view text, std::optional<std::string_view> pair,
                                  const EncodeOptions& options) const;

  // The parts of a tokenizer that is not read from a tokenizer.json. `model` must not be null.
  struct Parts {
    std::unique_ptr<Normalizer> normalizer;
    std::unique_ptr<PreTokenizer> pre_tokenizer;
    std::unique_ptr<Model> model;
    std::unique_ptr<PostProcessor> post_processor;
    std::unique_ptr<Decoder> decoder;
    AddedTokens added;
    Descriptions descriptions = {};  // of all but the model, for saving
    std::optional<Truncation> truncation = {};
    std::optional<Padding> padding = {};
    size_t max_length = 0;
  };
  explicit Tokenizer(Parts parts);

 private:
  Result<Encoding> encode(std::string_view text, std::optional<std::string_view> pair,
                          const EncodeOptions& options, bool fused) const;
  Result<Encoding> encode(const Source& source, const Source* pair, const EncodeOptions& options,
                          bool fused) const;
  // The fused way for one text with its frame around it. False for a text that must be cut or that
  // is not UTF-8; `out` is then of no use.
  Result<bool> encode_framed(std::string_view text, const EncodeOptions& options,
                             Encoding& out) const;
  // One source without special tokens; `fused` only where there is a fused way.
  Result<Encoding> tokenize(const Source& source, uint32_t type_id, bool offsets, bool fused) const;
  Status tokenize_fused(std::string_view text, FusedEncode& to) const;
  Status tokenize_general(std::string_view text, uint32_t type_id, Encoding& out) const;
  Result<bool> encode_ids_general(std::string_view text, size_t max_tokens,
                                  std::vector<int32_t>& out) const;
  Result<PieceList> cut_into_pieces(std::string_view text) const;
  Spaces spaces(std::string_view word, const Piece& piece, const ModelToken& token) const;
  Status tokenize_pieces(const PieceList& pieces, uint32_t type_id, Encoding& out) const;
  size_t added_tokens(bool is_pair) const;
  Result<Encoding> post_process(std::vector<Part> parts, bool add_special_tokens) const;

  std::unique_ptr<Normalizer> normalizer_;       // null: the text stays as it is
  std::unique_ptr<PreTokenizer> pre_tokenizer_;  // null: the text is one word
  std::unique_ptr<Model> model_;
  std::unique_ptr<PostProcessor> post_processor_;  // null: nothing is added
  std::unique_ptr<Decoder> decoder_;               // null: tokens with spaces between
  AddedTokens added_;
  Descriptions descriptions_;
  std::unique_ptr<Fused> fused_;               // null: the general way only
  std::optional<PostProcessor::Frame> frame_;  // none: post-processing is more than a frame
  bool trims_offsets_ = false;
  std::optional<Truncation> baked_truncation_;
  std::optional<Padding> baked_padding_;
  size_t max_length_ = 0;
};

// Truncation and padding as tokenizer.json has them; none for null.
Result<std::optional<Truncation>> parse_truncation(const json::Value& value);
Result<std::optional<Padding>> parse_padding(const json::Value& value);

// Reads what from_json reads, to be completed by the caller.
Result<Tokenizer::Parts> parse_tokenizer(std::string_view text, const std::string& source_name);

}  // namespace inlay::text
