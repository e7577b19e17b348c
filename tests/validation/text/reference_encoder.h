// A slow encoder that shares nothing with src/text: what the quick ones are held against, by
// reference_encoder_test.cc with random bytes and by fuzz_tokenizer_encode.cc with any.
//
// Every model is written as its definition reads: BPE scans for the lowest rank until nothing
// merges, Unigram tries every stretch that ends at a place, WordPiece tries every length.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace inlay::text {

struct ReferenceToken {
  uint32_t id = 0;
  size_t begin = 0, end = 0;  // bytes of the word
  bool operator==(const ReferenceToken&) const = default;
};

struct ReferenceModel {
  enum class Kind { kBpe, kUnigram, kWordPiece, kWordLevel };
  Kind kind = Kind::kBpe;
  std::vector<std::string> tokens;  // by id; token 0 is the unknown one
  std::vector<double> scores;       // of Unigram
  std::vector<std::pair<std::string, std::string>> merges;
  std::string prefix, suffix;  // BPE and WordPiece; BPE
  size_t max_chars = 100;      // WordPiece
  bool fuse_unk = false, ignore_merges = false, byte_fallback = false;

  std::vector<ReferenceToken> tokenize(const std::string& word) const;
  std::string json() const;  // the member "model" of a tokenizer.json
};

// Makes a tokenizer and a text of any bytes and encodes it every way. Returns "" or what differs.
std::string differs_from_reference(std::string_view bytes);

}  // namespace inlay::text
