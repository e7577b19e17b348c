// A bare vocabulary, with the defaults of a model or a class that is named.
#include "text/convert.h"
#include "text/tokenizer.h"

namespace inlay::text {
namespace {

// A tokenizer.json has a model in it, a vocab.json numbers.
Result<bool> is_tokenizer_json(const NamedText& file) {
  INLAY_ASSIGN(const json::Document document, json::parse(file.text, file.name));
  return document.root().at("model").is_object();
}

// "gpt2" names ranks of tiktoken as well as a model.
bool is_only_encoding(std::string_view like) {
  return is_tiktoken_encoding(like) && !find_known_tokenizer(like);
}

Result<Tokenizer::Parts> convert(const NamedText& vocabulary, const NamedText& merges,
                                 std::string_view like, TokenizerConfig config) {
  const TokenizerClass* c = config.tokenizer_class();
  const bool is_text = vocabulary.name.ends_with(".txt");
  if (c ? c->kind == VocabularyKind::kWordPiece : is_text) {
    return convert_word_piece(vocabulary, std::move(config));
  }
  if (is_only_encoding(like) || looks_like_tiktoken(vocabulary.text)) {
    return convert_tiktoken(vocabulary, is_tiktoken_encoding(like) ? like : "", std::move(config));
  }
  if (vocabulary.text.starts_with('{') || vocabulary.name.ends_with(".json")) {
    INLAY_ASSIGN(const bool is_whole, is_tokenizer_json(vocabulary));
    if (is_whole) return parse_tokenizer(vocabulary.text, vocabulary.name);
    if (merges.name.empty()) {
      return not_found("{}: expected merges.txt beside it, found none", vocabulary.name);
    }
    return convert_byte_pairs(vocabulary, merges, std::move(config));
  }
  return convert_sentencepiece(vocabulary, std::move(config));
}

Result<std::shared_ptr<const Tokenizer>> make(const NamedText& vocabulary, const NamedText& merges,
                                              std::string_view like) {
  TokenizerConfig config;
  if (!is_only_encoding(like)) {
    INLAY_ASSIGN(config, TokenizerConfig::of_name(like));
  }
  INLAY_ASSIGN(const int64_t max_length, config.at("model_max_length").integer_or(0));
  INLAY_ASSIGN(Tokenizer::Parts parts, convert(vocabulary, merges, like, std::move(config)));
  parts.max_length = static_cast<size_t>(max_length);
  return std::make_shared<const Tokenizer>(std::move(parts));
}

// "dir/gpt2-vocab.json" has its merges in "dir/gpt2-merges.txt"; "" for another name.
std::string merges_path_of(const std::string& path) {
  constexpr std::string_view kVocabulary = "vocab.json";
  if (!path.ends_with(kVocabulary)) return {};
  return path.substr(0, path.size() - kVocabulary.size()) + "merges.txt";
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> Tokenizer::from_vocabulary(const std::string& path,
                                                                    std::string_view like) {
  INLAY_ASSIGN(const auto file, MappedFile::open(path));
  std::shared_ptr<const MappedFile> merges;
  if (const std::string merges_path = merges_path_of(path); !merges_path.empty()) {
    INLAY_ASSIGN(merges, open_optional(merges_path));
  }
  return make({file->text(), path},
              merges ? NamedText{merges->text(), merges->path()} : NamedText{}, like);
}

Result<std::shared_ptr<const Tokenizer>> Tokenizer::from_vocabulary_bytes(
    std::string_view vocabulary, std::string_view merges, std::string_view like) {
  return make({vocabulary, "vocabulary"},
              merges.empty() ? NamedText{} : NamedText{merges, "merges"}, like);
}

}  // namespace inlay::text
