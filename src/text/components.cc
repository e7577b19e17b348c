#include "text/components.h"

namespace inlay::text {

Normalizer::~Normalizer() = default;
bool Normalizer::keeps(std::string_view) const { return false; }
PreTokenizer::~PreTokenizer() = default;
Model::~Model() = default;
std::string_view Model::shown(uint32_t id, std::string_view) const {
  return token(id).value_or(std::string_view());
}
PostProcessor::~PostProcessor() = default;
Decoder::~Decoder() = default;

namespace {

template <class Component>
struct Entry {
  std::string_view type;
  Result<std::unique_ptr<Component>> (*parse)(const json::Value&);
};

constexpr Entry<Normalizer> kNormalizers[] = {
    {"BertNormalizer", parse_bert_normalizer},
    {"Bert", parse_bert_normalizer},
    {"ByteLevel", parse_byte_level_normalizer},
    {"Lowercase", parse_lowercase},
    {"NFC", parse_unicode_form},
    {"NFD", parse_unicode_form},
    {"NFKC", parse_unicode_form},
    {"NFKD", parse_unicode_form},
    {"Nmt", parse_nmt},
    {"Precompiled", parse_precompiled},
    {"Prepend", parse_prepend},
    {"Replace", parse_replace},
    {"Sequence", parse_normalizer_sequence},
    {"Strip", parse_strip},
    {"StripAccents", parse_strip_accents},
};

constexpr Entry<PreTokenizer> kPreTokenizers[] = {
    {"BertPreTokenizer", parse_bert_pre_tokenizer},
    {"ByteLevel", parse_byte_level},
    {"CharDelimiterSplit", parse_char_delimiter_split},
    {"Delimiter", parse_char_delimiter_split},
    {"Digits", parse_digits},
    {"FixedLength", parse_fixed_length},
    {"Metaspace", parse_metaspace},
    {"Punctuation", parse_punctuation},
    {"Sequence", parse_pre_tokenizer_sequence},
    {"Split", parse_split},
    {"UnicodeScripts", parse_unicode_scripts},
    {"Whitespace", parse_whitespace},
    {"WhitespaceSplit", parse_whitespace_split},
};

constexpr Entry<Model> kModels[] = {
    {"BPE", parse_bpe},
    {"Unigram", parse_unigram},
    {"WordLevel", parse_word_level},
    {"WordPiece", parse_word_piece},
};

constexpr Entry<PostProcessor> kPostProcessors[] = {
    {"BertProcessing", parse_bert_processing},         {"ByteLevel", parse_byte_level_processing},
    {"RobertaProcessing", parse_roberta_processing},   {"Sequence", parse_post_processor_sequence},
    {"TemplateProcessing", parse_template_processing},
};

constexpr Entry<Decoder> kDecoders[] = {
    {"BPEDecoder", parse_bpe_decoder},
    {"ByteFallback", parse_byte_fallback},
    {"ByteLevel", parse_byte_level_decoder},
    {"CTC", parse_ctc},
    {"Fuse", parse_fuse},
    {"Metaspace", parse_metaspace_decoder},
    {"Replace", parse_replace_decoder},
    {"Sequence", parse_decoder_sequence},
    {"Strip", parse_strip_decoder},
    {"WordPiece", parse_word_piece_decoder},
};

Status unknown_type(const json::Value& value, std::string_view kind, std::string_view type) {
  const Status error = value.error(format("unknown {} {}", kind, quote(type)));
  return Status(StatusCode::kUnsupported, std::string(error.message()));
}

template <class Component, size_t kCount>
Result<std::unique_ptr<Component>> parse(const Entry<Component> (&entries)[kCount],
                                         std::string_view kind, const json::Value& value) {
  INLAY_TRY(value.expect(json::Kind::kObject));
  INLAY_ASSIGN(const std::string_view type, value.at("type").string());
  for (const Entry<Component>& entry : entries) {
    if (entry.type == type) return entry.parse(value);
  }
  return unknown_type(value, kind, type);
}

}  // namespace

Result<SplitBehavior> parse_behavior(const json::Value& value) {
  constexpr struct {
    std::string_view name;
    SplitBehavior behavior;
  } kBehaviors[] = {{"Removed", SplitBehavior::kRemoved},
                    {"Isolated", SplitBehavior::kIsolated},
                    {"MergedWithPrevious", SplitBehavior::kMergedWithPrevious},
                    {"MergedWithNext", SplitBehavior::kMergedWithNext},
                    {"Contiguous", SplitBehavior::kContiguous}};
  INLAY_ASSIGN(const std::string_view name, value.string());
  for (const auto& entry : kBehaviors) {
    if (entry.name == name) return entry.behavior;
  }
  return value.error(format("expected a split behavior, found {}", quote(name)));
}

Result<std::string_view> parse_character(const json::Value& value) {
  INLAY_ASSIGN(const std::string_view text, value.string());
  if (text.empty() || utf8_sequence_length(text) != text.size()) {
    return value.error(format("expected one character, found {}", quote(text)));
  }
  return text;
}

uint64_t bytes_of(const std::vector<std::string>& tokens) {
  uint64_t bytes = 0;
  for (const std::string& token : tokens) bytes += token.size();
  return bytes;
}

Result<uint32_t> parse_token_id(const json::Value& value) {
  INLAY_ASSIGN(const int64_t id, value.integer());
  if (id < 0 || id > INT32_MAX) {
    return value.error(format("expected a token id from 0 to {}, found {}", INT32_MAX, id));
  }
  return static_cast<uint32_t>(id);
}

Result<std::unique_ptr<Normalizer>> parse_normalizer(const json::Value& value) {
  return parse(kNormalizers, "normalizer", value);
}

Result<std::unique_ptr<PreTokenizer>> parse_pre_tokenizer(const json::Value& value) {
  return parse(kPreTokenizers, "pre-tokenizer", value);
}

Result<std::unique_ptr<Model>> parse_model(const json::Value& value) {
  // Old files leave the type out; only BPE has merges, only WordPiece a limit of characters, only
  // Unigram an array.
  if (value.is_object() && value.at("type").is_null()) {
    if (value.at("merges").exists()) return parse_bpe(value);
    if (value.at("max_input_chars_per_word").exists()) return parse_word_piece(value);
    if (value.at("vocab").is_array()) return parse_unigram(value);
    return parse_word_level(value);
  }
  return parse(kModels, "model", value);
}

Result<std::unique_ptr<PostProcessor>> parse_post_processor(const json::Value& value) {
  return parse(kPostProcessors, "post-processor", value);
}

Result<std::unique_ptr<Decoder>> parse_decoder(const json::Value& value) {
  return parse(kDecoders, "decoder", value);
}

}  // namespace inlay::text
