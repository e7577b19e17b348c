// From a bare vocabulary to a tokenizer, as a class of transformers would convert it.
//
// Each function reads one kind of file, makes the model, and describes the other components as a
// tokenizer.json would. All fail with kCorrupt for files that break their format, naming file and
// place, and with kUnsupported for what nothing here does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/tokenizer.h"
#include "text/tokenizer_config.h"

namespace inlay::text {

// The text of a file and how messages call it.
struct NamedText {
  std::string_view text;
  std::string name;
};

// vocab.txt: a token a line, its number is its id.
Result<Tokenizer::Parts> convert_word_piece(const NamedText& vocab, TokenizerConfig config);
// vocab.json: {"token": id, …}; merges.txt: two tokens a line, best first.
Result<Tokenizer::Parts> convert_byte_pairs(const NamedText& vocab, const NamedText& merges,
                                            TokenizerConfig config);
// A SentencePiece model; without a class its own normalizer_spec counts.
Result<Tokenizer::Parts> convert_sentencepiece(const NamedText& model, TokenizerConfig config);
// Ranks as tiktoken keeps them. `encoding` is "cl100k_base", "whisper", …; "" when it is to be
// told by the name of the file.
Result<Tokenizer::Parts> convert_tiktoken(const NamedText& ranks, std::string_view encoding,
                                          TokenizerConfig config);

// True for the name of an encoding that convert_tiktoken knows.
bool is_tiktoken_encoding(std::string_view name);
// True when the text begins like a rank file.
bool looks_like_tiktoken(std::string_view text);

// What the converters share. Needs the model and the descriptions of the other components but the
// post-processor; makes all components and the added tokens, `first` before those of the config.
struct Shape {
  std::string_view single = {}, pair = {};  // as TokenizerClass has them; "": post_processor
  std::string post_processor = {};          // JSON
  std::vector<AddedToken> first = {};
};
Status assemble(const TokenizerConfig& config, Shape shape, Tokenizer::Parts& parts);

// {"type": "ByteLevel", …}: the pre-tokenizer, the decoder and the post-processor.
std::string describe_byte_level(bool add_prefix_space, bool trim_offsets, bool use_regex);
// {"type": "Split", …} with a regular expression.
std::string describe_split(std::string_view regex, std::string_view behavior, bool invert);
// {"type": "Replace", …} of a text, or with `is_regex` of a regular expression.
std::string describe_replace(std::string_view pattern, std::string_view content, bool is_regex);
// {"type": "Metaspace", …}, the pre-tokenizer and the decoder.
std::string describe_metaspace(std::string_view scheme, bool split);

}  // namespace inlay::text
