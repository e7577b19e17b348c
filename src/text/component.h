// The five kinds of components of a tokenizer.json.
//
// A component does not change after it is made and may be used by many threads. A further one is a
// file in its kind's folder and a line in components.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "text/encoding.h"
#include "text/normalized_text.h"
#include "text/pieces.h"

namespace inlay::text {

// The flags of BertNormalizer.
struct BertFlags {
  bool clean_text = true;
  bool handle_chinese_chars = true;
  bool strip_accents = true;
  bool lowercase = true;
};

// Changes a text before it is cut.
class Normalizer {
 public:
  virtual ~Normalizer();
  virtual void normalize(NormalizedText& text) const = 0;
  // Not null when this is a BertNormalizer: then WordPiece can run fused (fused_bert.h).
  virtual const BertFlags* bert_flags() const { return nullptr; }
};

// Cuts pieces into smaller ones: words, mostly.
class PreTokenizer {
 public:
  virtual ~PreTokenizer();
  virtual void split(PieceList& pieces) const = 0;
  virtual bool is_bert() const { return false; }
};

struct ModelToken {
  uint32_t id = 0;
  uint32_t begin = 0;  // bytes of the word
  uint32_t end = 0;
};

class WordPiece;

// Turns a word into tokens.
class Model {
 public:
  virtual ~Model();
  // Appends the tokens of a word that is not empty.
  virtual Status tokenize(std::string_view word, std::vector<ModelToken>& out) const = 0;
  virtual std::optional<uint32_t> id(std::string_view token) const = 0;
  virtual std::optional<std::string_view> token(uint32_t id) const = 0;
  virtual size_t vocab_size() const = 0;
  virtual const WordPiece* word_piece() const { return nullptr; }
};

// Puts special tokens around one text or a pair.
class PostProcessor {
 public:
  virtual ~PostProcessor();
  // The number of special tokens that process() adds.
  virtual size_t added_tokens(bool is_pair) const = 0;
  // Joins `encoding` and `pair` (null: one text). The overflowing windows get special tokens too.
  virtual Result<Encoding> process(Encoding encoding, Encoding* pair,
                                   bool add_special_tokens) const = 0;
  // Not null where a single text becomes `prefix`, its tokens, `suffix`.
  struct Frame {
    std::vector<int32_t> prefix, suffix;
  };
  virtual const Frame* single_frame() const { return nullptr; }
};

// Turns tokens back into pieces of text, in place; the text is what they say one behind the other.
class Decoder {
 public:
  virtual ~Decoder();
  virtual void decode(std::vector<std::string>& tokens) const = 0;
};

}  // namespace inlay::text
