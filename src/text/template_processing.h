// TemplateProcessing: the shape of a single text and of a pair, as lists of special tokens and
// texts.
#pragma once

#include <memory>
#include <vector>

#include "text/component.h"

namespace inlay::text {

// One place of a template: the first text, the second, or special tokens.
struct TemplatePiece {
  enum class Kind : uint8_t { kFirst, kSecond, kSpecial };
  Kind kind = Kind::kSpecial;
  uint32_t type_id = 0;
  std::vector<uint32_t> ids;  // of special tokens
};

// Requires that `single` has no kSecond.
std::unique_ptr<PostProcessor> make_template_processing(std::vector<TemplatePiece> single,
                                                        std::vector<TemplatePiece> pair);

// BERT's: [CLS] first [SEP], and [CLS] first [SEP] second [SEP] with type 1 behind the second text.
std::unique_ptr<PostProcessor> make_bert_processing(uint32_t cls, uint32_t sep);

}  // namespace inlay::text
