// What BERT's normalizer and pre-tokenizer ask about a character, as Hugging Face's tokenizers
// answer.
#pragma once

#include <cstdint>
#include <memory>

#include "text/component.h"
#include "unicode/properties.h"

namespace inlay::text {

// True for what clean_text removes: U+0000, U+FFFD and control, format and private-use characters
// except \t, \n and \r. \v, \f and U+0085 are removed although they are white space.
inline bool bert_removes(char32_t c) {
  if (c == U'\t' || c == U'\n' || c == U'\r') return false;
  return c == 0xFFFD || unicode::has_property(c, unicode::kOther);
}

// True for what handle_chinese_chars sets apart. The range 0x2B920 is Hugging Face's; the Unicode
// block begins at 0x2B820.
constexpr bool is_bert_chinese(char32_t c) {
  constexpr struct {
    char32_t first, last;
  } kRanges[] = {{0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xF900, 0xFAFF},   {0x20000, 0x2A6DF},
                 {0x2A700, 0x2B73F}, {0x2B740, 0x2B81F}, {0x2B920, 0x2CEAF}, {0x2F800, 0x2FA1F}};
  if (c < 0x3400) return false;
  for (const auto& range : kRanges) {
    if (c >= range.first && c <= range.last) return true;
  }
  return false;
}

std::unique_ptr<Normalizer> make_bert_normalizer(const BertFlags& flags);
std::unique_ptr<PreTokenizer> make_bert_pre_tokenizer();

}  // namespace inlay::text
