// A SentencePiece .model: pieces with scores, and how texts are normalized.
//
// The format is the protobuf message ModelProto of sentencepiece 0.2 (sentencepiece_model.proto);
// fields that no conversion asks for are skipped. What is read are views into the file's bytes,
// which must outlive the model.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace inlay::text {

struct SentencePiece {
  enum class Type : uint8_t {
    kNormal = 1,
    kUnknown = 2,
    kControl = 3,      // <s>, </s>: never made from text
    kUserDefined = 4,  // always one piece
    kUnused = 5,
    kByte = 6,
  };
  std::string_view text;  // UTF-8
  float score = 0;
  Type type = Type::kNormal;
};

struct SentencePieceModel {
  enum class Algorithm : uint8_t { kUnigram = 1, kBpe = 2, kWord = 3, kCharacter = 4 };
  std::vector<SentencePiece> pieces;
  Algorithm algorithm = Algorithm::kUnigram;
  uint32_t unk_id = 0;
  std::string_view unk_piece = "<unk>";
  bool byte_fallback = false;
  bool split_by_whitespace = true;
  bool treat_whitespace_as_suffix = false;
  std::string_view charsmap = {};  // bytes; empty: characters stay as they are
  bool add_dummy_prefix = true;
  bool remove_extra_whitespaces = true;
  bool escape_whitespaces = true;
};

// `name` begins messages. Fails with kCorrupt for bytes that break the format, a piece that is not
// UTF-8, a score that is not finite, no pieces at all; kUnsupported for another algorithm.
Result<SentencePieceModel> parse_sentencepiece(std::string_view bytes, const std::string& name);

}  // namespace inlay::text
