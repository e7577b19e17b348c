#include "text/sentencepiece_model.h"

#include <cmath>

#include "base/protobuf.h"
#include "base/utf8.h"

namespace inlay::text {
namespace {

using protobuf::Reader;

Status read_piece(Reader piece, SentencePieceModel& model) {
  SentencePiece out;
  while (piece.next()) {
    switch (piece.field()) {
      case 1: {
        INLAY_ASSIGN(out.text, piece.string());
        if (utf8_error(out.text) == std::string_view::npos) break;
        return piece.error(format("expected a piece in UTF-8, found {}", quote(out.text)));
      }
      case 2: {
        INLAY_ASSIGN(out.score, piece.float32());
        if (std::isfinite(out.score)) break;
        return piece.error("expected a score that is a finite number");
      }
      case 3: {
        INLAY_ASSIGN(const uint64_t type, piece.uint64());
        if (type < 1 || type > 6) {
          return piece.error(format("expected a type of piece from 1 to 6, found {}", type));
        }
        out.type = static_cast<SentencePiece::Type>(type);
        break;
      }
      default: break;
    }
  }
  INLAY_TRY(piece.status());
  model.pieces.push_back(out);
  return Status();
}

Status read_trainer(Reader trainer, SentencePieceModel& model) {
  while (trainer.next()) {
    switch (trainer.field()) {
      case 3: {
        INLAY_ASSIGN(const uint64_t type, trainer.uint64());
        if (type < 1 || type > 4) {
          return trainer.error(format("expected a model_type from 1 to 4, found {}", type));
        }
        model.algorithm = static_cast<SentencePieceModel::Algorithm>(type);
        break;
      }
      case 22: {
        INLAY_ASSIGN(model.split_by_whitespace, trainer.boolean());
        break;
      }
      case 24: {
        INLAY_ASSIGN(model.treat_whitespace_as_suffix, trainer.boolean());
        break;
      }
      case 35: {
        INLAY_ASSIGN(model.byte_fallback, trainer.boolean());
        break;
      }
      case 40: {
        INLAY_ASSIGN(const int32_t id, trainer.int32());
        if (id < 0) return trainer.error(format("expected an unk_id of 0 or more, found {}", id));
        model.unk_id = static_cast<uint32_t>(id);
        break;
      }
      case 45: {
        INLAY_ASSIGN(model.unk_piece, trainer.string());
        break;
      }
      default: break;
    }
  }
  return trainer.status();
}

Status read_normalizer(Reader normalizer, SentencePieceModel& model) {
  while (normalizer.next()) {
    switch (normalizer.field()) {
      case 2: {
        INLAY_ASSIGN(model.charsmap, normalizer.string());
        break;
      }
      case 3: {
        INLAY_ASSIGN(model.add_dummy_prefix, normalizer.boolean());
        break;
      }
      case 4: {
        INLAY_ASSIGN(model.remove_extra_whitespaces, normalizer.boolean());
        break;
      }
      case 5: {
        INLAY_ASSIGN(model.escape_whitespaces, normalizer.boolean());
        break;
      }
      default: break;
    }
  }
  return normalizer.status();
}

Status check(const SentencePieceModel& model, const std::string& name) {
  if (model.pieces.empty()) return corrupt("{}: expected pieces, found none", name);
  if (model.unk_id >= model.pieces.size()) {
    return corrupt("{}: expected an unk_id below the {} pieces, found {}", name,
                   model.pieces.size(), model.unk_id);
  }
  if (model.algorithm == SentencePieceModel::Algorithm::kWord) {
    return unsupported("{}: expected a Unigram, BPE or character model, found a word model", name);
  }
  if (model.treat_whitespace_as_suffix) {
    return unsupported("{}: treat_whitespace_as_suffix is not supported", name);
  }
  return Status();
}

}  // namespace

Result<SentencePieceModel> parse_sentencepiece(std::string_view bytes, const std::string& name) {
  SentencePieceModel model;
  Reader reader(std::as_bytes(std::span(bytes)), name);
  while (reader.next()) {
    if (reader.field() < 1 || reader.field() > 3) continue;
    INLAY_ASSIGN(const Reader message, reader.message());
    switch (reader.field()) {
      case 1: INLAY_TRY(read_piece(message, model)); break;
      case 2: INLAY_TRY(read_trainer(message, model)); break;
      default: INLAY_TRY(read_normalizer(message, model)); break;
    }
  }
  INLAY_TRY(reader.status());
  INLAY_TRY(check(model, name));
  return model;
}

}  // namespace inlay::text
