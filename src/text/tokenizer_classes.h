// The tokenizer classes of Hugging Face's transformers: what each makes of a bare vocabulary.
//
// A vocabulary file does not say how texts are cut, which tokens are special or what stands around
// a text; the class does. The conversions give what transformers' convert_slow_tokenizer gives.
// Constant tables, safe for any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace inlay::text {

// The files that a class reads.
enum class VocabularyKind : uint8_t {
  kWordPiece,      // vocab.txt: a token a line
  kBytePairs,      // vocab.json and merges.txt
  kSentencePiece,  // a SentencePiece .model
  kTiktoken,       // a token in base64 and its rank a line
};

// How a class changes and cuts texts, for the converter of its kind.
enum class Style : uint8_t {
  // WordPiece
  kBert,
  // byte pairs
  kGpt2,
  kRoberta,
  kClip,
  kWhisper,
  kQwen2,
  kOpenAiGpt,
  // SentencePiece
  kNative,  // as the .model itself says
  kPlain,
  kT5,
  kAlbert,
  kRemBert,
  kDeberta,
  kFairseq,  // <s> <pad> </s> <unk> come first, and "tail" last
  kCamembert,
  kPegasus,
  kLlama,
  kGemma,
};

struct TokenizerClass {
  std::string_view name;  // "RobertaTokenizer"
  VocabularyKind kind;
  Style style;
  // What tokenizer_config.json would say, as JSON; what it does say comes first.
  std::string_view defaults;
  // The shape of one text and of a pair: "cls A sep B:1 sep:1" is the token of cls_token, the
  // first text, … with type ids behind a colon; "=en_XX" is a token itself. "": nothing is added.
  std::string_view single = {}, pair = {};
  std::string_view tail = {};  // tokens behind the vocabulary, separated by spaces
};

// "RobertaTokenizer" or "RobertaTokenizerFast"; null when it is not known here.
const TokenizerClass* find_tokenizer_class(std::string_view name);
// The class of config.json's model_type "roberta"; null when it is not known here.
const TokenizerClass* find_class_of_model_type(std::string_view model_type);
// The class of a vocabulary of which nothing is known but its kind. Null for kTiktoken.
const TokenizerClass* default_class(VocabularyKind kind);

// A model by its name: its class, and what its tokenizer_config.json says beyond the defaults.
struct KnownTokenizer {
  std::string_view name;  // "bert-base-cased"
  std::string_view class_name;
  std::string_view config;  // JSON
};

// "bert-base-cased", also as "google-bert/bert-base-cased"; null when it is not known here.
const KnownTokenizer* find_known_tokenizer(std::string_view name);

}  // namespace inlay::text
