// Components by their name in tokenizer.json: {"type": "BertNormalizer", …}.
//
// All functions fail with kUnsupported for a type that is not known here, naming its path, and with
// kCorrupt for a description that breaks the format.
#pragma once

#include <memory>

#include "base/json.h"
#include "text/component.h"

namespace inlay::text {

Result<std::unique_ptr<Normalizer>> parse_normalizer(const json::Value& value);
Result<std::unique_ptr<PreTokenizer>> parse_pre_tokenizer(const json::Value& value);
// A model without a type is told by its members.
Result<std::unique_ptr<Model>> parse_model(const json::Value& value);
Result<std::unique_ptr<PostProcessor>> parse_post_processor(const json::Value& value);
Result<std::unique_ptr<Decoder>> parse_decoder(const json::Value& value);

// "Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous".
Result<SplitBehavior> parse_behavior(const json::Value& value);
// A string of one character, as UTF-8.
Result<std::string_view> parse_character(const json::Value& value);
// What decoders hand on, in bytes.
uint64_t bytes_of(const std::vector<std::string>& tokens);
// A token id: from 0 to 2^31 - 1.
Result<uint32_t> parse_token_id(const json::Value& value);

// The parse functions of the components, each defined in the file that has its name.
Result<std::unique_ptr<Normalizer>> parse_bert_normalizer(const json::Value& value);
Result<std::unique_ptr<Normalizer>> parse_byte_level_normalizer(const json::Value& value);
Result<std::unique_ptr<Normalizer>> parse_lowercase(const json::Value& value);
Result<std::unique_ptr<Normalizer>> parse_nmt(const json::Value& value);
Result<std::unique_ptr<Normalizer>> parse_normalizer_sequence(const json::Value& value);
Result<std::unique_ptr<Normalizer>> parse_precompiled(const json::Value& value);
Result<std::unique_ptr<Normalizer>> parse_prepend(const json::Value& value);
Result<std::unique_ptr<Normalizer>> parse_replace(const json::Value& value);
Result<std::unique_ptr<Normalizer>> parse_strip(const json::Value& value);
Result<std::unique_ptr<Normalizer>> parse_strip_accents(const json::Value& value);
Result<std::unique_ptr<Normalizer>> parse_unicode_form(const json::Value& value);

Result<std::unique_ptr<PreTokenizer>> parse_bert_pre_tokenizer(const json::Value& value);
Result<std::unique_ptr<PreTokenizer>> parse_byte_level(const json::Value& value);
Result<std::unique_ptr<PreTokenizer>> parse_char_delimiter_split(const json::Value& value);
Result<std::unique_ptr<PreTokenizer>> parse_digits(const json::Value& value);
Result<std::unique_ptr<PreTokenizer>> parse_fixed_length(const json::Value& value);
Result<std::unique_ptr<PreTokenizer>> parse_metaspace(const json::Value& value);
Result<std::unique_ptr<PreTokenizer>> parse_pre_tokenizer_sequence(const json::Value& value);
Result<std::unique_ptr<PreTokenizer>> parse_punctuation(const json::Value& value);
Result<std::unique_ptr<PreTokenizer>> parse_split(const json::Value& value);
Result<std::unique_ptr<PreTokenizer>> parse_unicode_scripts(const json::Value& value);
Result<std::unique_ptr<PreTokenizer>> parse_whitespace(const json::Value& value);
Result<std::unique_ptr<PreTokenizer>> parse_whitespace_split(const json::Value& value);

Result<std::unique_ptr<Model>> parse_bpe(const json::Value& value);
Result<std::unique_ptr<Model>> parse_unigram(const json::Value& value);
Result<std::unique_ptr<Model>> parse_word_level(const json::Value& value);
Result<std::unique_ptr<Model>> parse_word_piece(const json::Value& value);

Result<std::unique_ptr<PostProcessor>> parse_bert_processing(const json::Value& value);
Result<std::unique_ptr<PostProcessor>> parse_byte_level_processing(const json::Value& value);
Result<std::unique_ptr<PostProcessor>> parse_post_processor_sequence(const json::Value& value);
Result<std::unique_ptr<PostProcessor>> parse_roberta_processing(const json::Value& value);
Result<std::unique_ptr<PostProcessor>> parse_template_processing(const json::Value& value);

Result<std::unique_ptr<Decoder>> parse_bpe_decoder(const json::Value& value);
Result<std::unique_ptr<Decoder>> parse_byte_fallback(const json::Value& value);
Result<std::unique_ptr<Decoder>> parse_byte_level_decoder(const json::Value& value);
Result<std::unique_ptr<Decoder>> parse_ctc(const json::Value& value);
Result<std::unique_ptr<Decoder>> parse_decoder_sequence(const json::Value& value);
Result<std::unique_ptr<Decoder>> parse_fuse(const json::Value& value);
Result<std::unique_ptr<Decoder>> parse_metaspace_decoder(const json::Value& value);
Result<std::unique_ptr<Decoder>> parse_replace_decoder(const json::Value& value);
Result<std::unique_ptr<Decoder>> parse_strip_decoder(const json::Value& value);
Result<std::unique_ptr<Decoder>> parse_word_piece_decoder(const json::Value& value);

}  // namespace inlay::text
