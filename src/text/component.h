// The five kinds of components of a tokenizer.json.
//
// A component does not change after it is made and may be used by many threads. A further one is a
// file in its kind's folder and a line in components.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "base/status.h"
#include "text/encoding.h"
#include "text/normalized_text.h"
#include "text/pieces.h"
#include "text/source.h"

namespace inlay::text {

// The flags of BertNormalizer.
struct BertFlags {
  bool clean_text = true;
  bool handle_chinese_chars = true;
  bool strip_accents = true;
  bool lowercase = true;
};

// The sides that the normalizer Strip clears of white space.
struct StripSides {
  bool left = false, right = false;
};

class Charsmap;

// Changes a text before it is cut.
class Normalizer {
 public:
  virtual ~Normalizer();
  virtual Status normalize(NormalizedText& text) const = 0;
  // True when normalize() would surely leave `text` as it is; false also when that is not known.
  virtual bool keeps(std::string_view text) const;
  // Not null when this is a BertNormalizer: then WordPiece can run fused (fused_bert.h).
  virtual const BertFlags* bert_flags() const { return nullptr; }
  virtual const Charsmap* charsmap() const { return nullptr; }
  virtual const StripSides* strip_sides() const { return nullptr; }
  // Not null when this replaces every run of two spaces or more: by what.
  virtual const std::string* spaces_become() const { return nullptr; }
  virtual std::span<const std::unique_ptr<Normalizer>> sequence() const { return {}; }
};

struct ByteLevelOptions;
struct MetaspaceOptions;
class Pattern;
struct Scanner;

// Cuts pieces into smaller ones: words, mostly.
class PreTokenizer {
 public:
  virtual ~PreTokenizer();
  virtual Status split(PieceList& pieces) const = 0;
  virtual bool is_bert() const { return false; }
  virtual bool is_whitespace_split() const { return false; }
  // What a fused way asks about.
  virtual const ByteLevelOptions* byte_level() const { return nullptr; }
  virtual const MetaspaceOptions* metaspace() const { return nullptr; }
  virtual std::span<const std::unique_ptr<PreTokenizer>> sequence() const { return {}; }
  // Not null when the matches of a pattern are pieces; what lies between is a piece too, unless
  // drops_between().
  virtual const Pattern* isolated_pattern() const { return nullptr; }
  virtual bool drops_between() const { return false; }
  // Not null when the pieces are those of a scanner.
  virtual const Scanner* scanner() const { return nullptr; }
};

struct ModelToken {
  uint32_t id = 0;
  uint32_t begin = 0;  // bytes of the word
  uint32_t end = 0;
};

class WordPiece;
class Bpe;
class Unigram;

// Turns a word into tokens.
class Model {
 public:
  virtual ~Model();
  // Appends the tokens of a word that is not empty.
  virtual Status tokenize(std::string_view word, std::vector<ModelToken>& out) const = 0;
  virtual std::optional<uint32_t> id(std::string_view token) const = 0;
  virtual std::optional<std::string_view> token(uint32_t id) const = 0;
  virtual size_t vocab_size() const = 0;
  // The model as tokenizer.json has it: {"type": …, "vocab": …, …}.
  virtual void write(json::Writer& out) const = 0;
  // The text of a token that stands for a stretch of a word.
  virtual std::string_view shown(uint32_t id, std::string_view stretch) const;
  // The token of what has no other; nothing where there is none.
  virtual std::optional<uint32_t> unknown_id() const { return {}; }
  // What tokens begin with that do not begin a word; "" where they cannot be told.
  virtual std::string_view continuing_prefix() const { return {}; }
  virtual const WordPiece* word_piece() const { return nullptr; }
  virtual const Bpe* bpe() const { return nullptr; }
  virtual const Unigram* unigram() const { return nullptr; }
};

// A text's tokens on their way through the post-processors, or special tokens.
struct Part {
  Encoding encoding;
  const Source* source = nullptr;  // what the offsets are bytes of; null for special tokens
};

// Puts special tokens around one text or a pair, and trims offsets.
class PostProcessor {
 public:
  virtual ~PostProcessor();
  // The number of special tokens that process() adds.
  virtual size_t added_tokens(bool is_pair) const = 0;
  // Changes `parts`, which are one text or a pair, and after other post-processors any number of
  // parts; joined they are the result. Overflowing windows are parts of their encoding and change
  // alike.
  virtual Status process(std::vector<Part>& parts, bool add_special_tokens) const = 0;
  // True when process() needs Encoding::spaces.
  virtual bool trims_offsets() const { return false; }
  // All that becomes of a single text, where that is special tokens around its own tokens.
  struct Frame {
    struct Side {
      std::vector<uint32_t> ids, type_ids;
    };
    Side prefix = {}, suffix = {};
    uint32_t type_id = 0;  // of the text
    bool trims_offsets = false, keeps_added_space = false;
  };
  virtual std::optional<Frame> single_frame() const = 0;
};

// Turns tokens back into pieces of text, in place; the text is what they say one behind the other.
class Decoder {
 public:
  virtual ~Decoder();
  virtual Status decode(std::vector<std::string>& tokens) const = 0;
};

}  // namespace inlay::text
