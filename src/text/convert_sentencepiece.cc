// A SentencePiece .model: T5, XLM-RoBERTa, ALBERT, Llama and their relatives.
//
// In three steps: the class decides which pieces have which ids, the pieces become a Unigram or a
// BPE model, and the class describes the other components.
#include <algorithm>
#include <deque>

#include "base/json_writer.h"
#include "text/base64.h"
#include "text/bpe.h"
#include "text/convert.h"
#include "text/match.h"
#include "text/merges_of_scores.h"
#include "text/sentencepiece_model.h"
#include "text/unigram.h"
#include "unicode/category.h"

namespace inlay::text {
namespace {

using Algorithm = SentencePieceModel::Algorithm;

constexpr std::string_view kSpace = "\u2581";

// The pieces of the tokenizer, in the order of their ids.
struct Pieces {
  std::vector<UnigramPiece> list;
  std::deque<std::string> made;  // texts that the file does not have
  uint32_t unk_id = 0;

  void add(std::string text, double score = 0) {
    made.push_back(std::move(text));
    list.push_back({made.back(), score});
  }
  void add_words(std::string_view words) {
    while (!words.empty()) {
      const size_t end = std::min(words.find(' '), words.size());
      list.push_back({words.substr(0, end), 0});
      words.remove_prefix(std::min(end + 1, words.size()));
    }
  }
  void add_from(const SentencePieceModel& model, size_t first) {
    for (size_t i = first; i < model.pieces.size(); ++i) {
      list.push_back({model.pieces[i].text, model.pieces[i].score});
    }
  }
};

// "…9,": ALBERT and XLNet cut the comma off.
bool is_number_with_comma(std::string_view piece) {
  if (count_characters(piece) < 2 || !piece.ends_with(',')) return false;
  return unicode::is_numeric(character_before(piece, piece.size() - 1));
}

Result<size_t> count_of(const TokenizerConfig& config, std::string_view key, int64_t fallback) {
  constexpr int64_t kMost = 100'000;
  INLAY_ASSIGN(const int64_t count, config.at(key).integer_or(fallback));
  if (count >= 0 && count <= kMost) return static_cast<size_t>(count);
  return config.at(key).error(format("expected 0 to {}, found {}", kMost, count));
}

Status add_t5(const TokenizerConfig& config, const SentencePieceModel& model, Pieces& pieces) {
  pieces.add_from(model, 0);
  INLAY_ASSIGN(const size_t count, count_of(config, "extra_ids", 100));
  for (size_t i = count; i-- > 0;) pieces.add(format("<extra_id_{}>", i));
  return Status();
}

Status add_pegasus(const TokenizerConfig& config, const SentencePieceModel& model, Pieces& pieces) {
  INLAY_ASSIGN(const size_t offset, count_of(config, "offset", 103));
  for (const std::string_view key : {"pad_token", "eos_token", "mask_token_sent", "mask_token"}) {
    INLAY_ASSIGN(std::string text, config.special_text(key));
    if (!text.empty()) pieces.add(std::move(text));
  }
  for (size_t i = 2; i < offset; ++i) pieces.add(format("<unk_{}>", i), -100);
  pieces.add_from(model, 2);
  pieces.unk_id = model.unk_id + static_cast<uint32_t>(offset);
  return Status();
}

Status add_gemma(const TokenizerConfig& config, const SentencePieceModel& model, Pieces& pieces) {
  for (const std::string_view key : {"pad_token", "eos_token", "bos_token"}) {
    INLAY_ASSIGN(std::string text, config.special_text(key));
    pieces.add(std::move(text));
  }
  pieces.add_from(model, 3);
  for (UnigramPiece& piece : pieces.list) {
    if (piece.text == "<0x09>") piece.text = "\t";
  }
  pieces.unk_id = 3;
  return Status();
}

void add_camembert(const SentencePieceModel& model, Pieces& pieces) {
  pieces.add_words("<s>NOTUSED <pad> </s>NOTUSED <unk>");
  pieces.add("<unk>NOTUSED", -100);
  pieces.add_from(model, 1);
  pieces.add("<mask>");
  pieces.unk_id = 3;
}

Result<Pieces> choose_pieces(const TokenizerConfig& config, const SentencePieceModel& model) {
  const TokenizerClass& c = *config.tokenizer_class();
  Pieces pieces;
  pieces.unk_id = model.unk_id;
  switch (c.style) {
    case Style::kT5: INLAY_TRY(add_t5(config, model, pieces)); break;
    case Style::kPegasus: INLAY_TRY(add_pegasus(config, model, pieces)); break;
    case Style::kGemma: INLAY_TRY(add_gemma(config, model, pieces)); break;
    case Style::kCamembert: add_camembert(model, pieces); break;
    case Style::kFairseq:
      pieces.add_words("<s> <pad> </s> <unk>");
      pieces.add_from(model, 3);
      pieces.add_words(c.tail);
      pieces.unk_id = 3;
      break;
    case Style::kAlbert:
      pieces.add_from(model, 0);
      for (UnigramPiece& piece : pieces.list) {
        if (is_number_with_comma(piece.text)) piece.score -= 100;
      }
      break;
    default: pieces.add_from(model, 0); break;
  }
  if (c.name == "BarthezTokenizer") pieces.unk_id = 3;
  if (pieces.unk_id < pieces.list.size()) return pieces;
  return corrupt("expected more than {} pieces, found {}", pieces.unk_id, pieces.list.size());
}

bool has_bytes(const TokenizerConfig& config, const SentencePieceModel& model) {
  const Style style = config.tokenizer_class()->style;
  if (style == Style::kNative) return model.byte_fallback;
  return style == Style::kLlama || style == Style::kGemma;
}

Result<std::unique_ptr<Model>> make_model(const TokenizerConfig& config,
                                          const SentencePieceModel& model, const Pieces& pieces) {
  const bool byte_fallback = has_bytes(config, model);
  if (model.algorithm == Algorithm::kUnigram) {
    return Unigram::make(pieces.list, pieces.unk_id, byte_fallback);
  }
  BpeOptions options;
  options.unk_token = std::string(model.unk_piece);
  options.fuse_unk = true;
  options.byte_fallback = byte_fallback;
  Vocabulary vocabulary;
  for (uint32_t id = 0; id < pieces.list.size(); ++id) {
    vocabulary.add(pieces.list[id].text, id);
  }
  std::vector<Bpe::MergePair> merges;
  if (model.algorithm == Algorithm::kBpe) merges = merges_of_scores(pieces.list);
  return Bpe::make(options, std::move(vocabulary), merges);
}

std::string describe_charsmap(const SentencePieceModel& model) {
  if (model.charsmap.empty()) return {};
  json::Writer out;
  out.begin_object().member("type", "Precompiled");
  out.member("precompiled_charsmap", encode_base64(model.charsmap)).end_object();
  return std::move(out).text();
}

constexpr std::string_view kNfkd = R"({"type":"NFKD"})";
constexpr std::string_view kStripAccents = R"({"type":"StripAccents"})";
constexpr std::string_view kLowercase = R"({"type":"Lowercase"})";
constexpr std::string_view kManySpaces = " {2,}";

std::string describe_strip(bool left, bool right) {
  json::Writer out;
  out.begin_object().member("type", "Strip").member("strip_left", left);
  return std::move(out.member("strip_right", right).end_object()).text();
}

std::string describe_normalizers(const std::vector<std::string>& parts) {
  return describe_sequence("normalizers", parts);
}

Result<std::string> describe_albert(const TokenizerConfig& config,
                                    const SentencePieceModel& model) {
  INLAY_ASSIGN(const bool keep_accents, config.flag("keep_accents", false));
  INLAY_ASSIGN(const bool lowercase, config.flag("do_lower_case", false));
  std::vector<std::string> parts = {describe_replace("``", "\"", false),
                                    describe_replace("''", "\"", false)};
  const bool spaces_first = config.tokenizer_class()->style == Style::kRemBert;
  const std::string spaces = describe_replace(kManySpaces, " ", true);
  if (spaces_first) parts.push_back(spaces);
  if (!keep_accents) parts.insert(parts.end(), {std::string(kNfkd), std::string(kStripAccents)});
  if (lowercase) parts.emplace_back(kLowercase);
  parts.push_back(describe_charsmap(model));
  if (!spaces_first) parts.push_back(spaces);
  return describe_normalizers(parts);
}

// What the .model itself says; spaces become visible here or in the pre-tokenizer.
std::string describe_native(const SentencePieceModel& model) {
  std::vector<std::string> parts = {describe_charsmap(model)};
  if (model.remove_extra_whitespaces) {
    // Spaces at the begin become the one that the prefix would be.
    parts.push_back(
        describe_replace(model.add_dummy_prefix ? R"( +\z)" : R"(\A +| +\z)", "", true));
    parts.push_back(describe_replace(kManySpaces, " ", true));
  } else {
    if (model.add_dummy_prefix) parts.push_back(R"({"type":"Prepend","prepend":" "})");
    if (model.escape_whitespaces) parts.push_back(describe_replace(" ", kSpace, false));
  }
  return describe_normalizers(parts);
}

Result<std::string> describe_llama(const TokenizerConfig& config) {
  INLAY_ASSIGN(const bool legacy, config.flag("legacy", true));
  INLAY_ASSIGN(const bool prefix, config.flag("add_prefix_space", true));
  if (!legacy) return std::string();
  std::vector<std::string> parts;
  if (prefix) parts.push_back("{\"type\":\"Prepend\",\"prepend\":\"\u2581\"}");
  parts.push_back(describe_replace(" ", kSpace, false));
  return describe_normalizers(parts);
}

Result<std::string> describe_normalizer(const TokenizerConfig& config,
                                        const SentencePieceModel& model) {
  switch (config.tokenizer_class()->style) {
    case Style::kNative: return describe_native(model);
    case Style::kAlbert:
    case Style::kRemBert: return describe_albert(config, model);
    case Style::kLlama: return describe_llama(config);
    case Style::kGemma: return describe_replace(" ", kSpace, false);
    case Style::kDeberta: {
      INLAY_ASSIGN(const bool lowercase, config.flag("do_lower_case", false));
      return describe_normalizers({std::string(lowercase ? kLowercase : ""),
                                   describe_strip(true, true), describe_charsmap(model),
                                   describe_replace(kManySpaces, " ", true)});
    }
    default:
      return describe_normalizers({describe_charsmap(model), describe_strip(false, true),
                                   describe_replace(kManySpaces, kSpace, true)});
  }
}

// "always", "first" or "never", as add_prefix_space and legacy say.
Result<std::string_view> scheme_of(const TokenizerConfig& config, const SentencePieceModel& model) {
  using namespace std::string_view_literals;
  if (config.tokenizer_class()->style == Style::kNative) {
    return model.add_dummy_prefix ? "first"sv : "never"sv;
  }
  INLAY_ASSIGN(const bool prefix, config.flag("add_prefix_space", true));
  INLAY_ASSIGN(const bool legacy, config.flag("legacy", true));
  return !prefix ? "never"sv : legacy ? "always"sv : "first"sv;
}

Result<std::string> describe_pre_tokenizer(const TokenizerConfig& config,
                                           const SentencePieceModel& model,
                                           std::string_view scheme) {
  switch (config.tokenizer_class()->style) {
    case Style::kNative:
      if (!model.remove_extra_whitespaces || !model.escape_whitespaces) return std::string();
      return describe_metaspace(scheme, model.split_by_whitespace);
    case Style::kLlama: {
      INLAY_ASSIGN(const bool legacy, config.flag("legacy", true));
      return legacy ? std::string() : describe_metaspace(scheme, false);
    }
    case Style::kGemma:
      return std::string(R"({"type":"Split","pattern":{"String":" "},)"
                         R"("behavior":"MergedWithPrevious","invert":false})");
    case Style::kPegasus: {
      const std::string parts[] = {R"({"type":"WhitespaceSplit"})",
                                   describe_metaspace(scheme, true)};
      return describe_sequence("pretokenizers", parts);
    }
    case Style::kDeberta: {
      INLAY_ASSIGN(const bool punctuation, config.flag("split_by_punct", false));
      const std::string parts[] = {
          punctuation ? R"({"type":"Punctuation","behavior":"Isolated"})" : "",
          describe_metaspace(scheme, true)};
      return describe_sequence("pretokenizers", parts);
    }
    default: return describe_metaspace(scheme, true);
  }
}

std::string describe_decoder(const TokenizerConfig& config, const SentencePieceModel& model,
                             std::string_view scheme) {
  const Style style = config.tokenizer_class()->style;
  const bool is_native_bytes =
      style == Style::kNative && (model.byte_fallback || !model.remove_extra_whitespaces);
  if (style != Style::kLlama && style != Style::kGemma && !is_native_bytes) {
    return describe_metaspace(scheme, true);
  }
  std::vector<std::string> parts = {describe_replace(kSpace, " ", false),
                                    R"({"type":"ByteFallback"})", R"({"type":"Fuse"})"};
  if (style != Style::kGemma && scheme != "never") {
    parts.push_back(R"({"type":"Strip","content":" ","start":1,"stop":0})");
  }
  return describe_sequence("decoders", parts);
}

// The special tokens that a class has beyond those of its keys: language codes, sentinels.
Status add_class_tokens(const TokenizerConfig& config, std::vector<AddedToken>& tokens) {
  const auto add = [&](std::string text) {
    tokens.push_back({.content = std::move(text), .normalized = false, .special = true});
  };
  const TokenizerClass& c = *config.tokenizer_class();
  if (c.style == Style::kFairseq) {
    Pieces tail;
    tail.add_words(c.tail);
    for (const UnigramPiece& piece : tail.list) {
      if (piece.text != "<mask>") add(std::string(piece.text));  // has flags of its own
    }
  } else if (c.style == Style::kT5) {
    INLAY_ASSIGN(const size_t count, count_of(config, "extra_ids", 100));
    for (size_t i = 0; i < count; ++i) add(format("<extra_id_{}>", i));
  } else if (c.style == Style::kPegasus) {
    INLAY_ASSIGN(std::string sentence_mask, config.special_text("mask_token_sent"));
    add(std::move(sentence_mask));
    INLAY_ASSIGN(const size_t offset, count_of(config, "offset", 103));
    for (size_t i = 2; i < offset; ++i) add(format("<unk_{}>", i));
  }
  return Status();
}

// Llama and Gemma add what their flags say.
Result<Shape> describe_shape(const TokenizerConfig& config, const SentencePieceModel& model) {
  const TokenizerClass& c = *config.tokenizer_class();
  Shape shape{.single = c.single, .pair = c.pair};
  for (const SentencePiece& piece : model.pieces) {
    const bool is_control = piece.type == SentencePiece::Type::kControl;
    if (!is_control && piece.type != SentencePiece::Type::kUserDefined) continue;
    const bool is_turn = c.style == Style::kGemma &&
                         (piece.text == "<start_of_turn>" || piece.text == "<end_of_turn>");
    shape.first.push_back({.content = std::string(piece.text),
                           .normalized = false,
                           .special = is_control || is_turn});
  }
  INLAY_TRY(add_class_tokens(config, shape.first));
  if (c.style != Style::kLlama && c.style != Style::kGemma) return shape;
  INLAY_ASSIGN(const bool bos, config.flag("add_bos_token", true));
  INLAY_ASSIGN(const bool eos, config.flag("add_eos_token", false));
  constexpr std::string_view kShapes[2][2][2] = {
      {{"A", "A B:1"}, {"A eos", "A eos B:1 eos:1"}},
      {{"bos A", "bos A bos:1 B:1"}, {"bos A eos", "bos A eos bos:1 B:1 eos:1"}}};
  shape.single = kShapes[bos][eos][0];
  shape.pair = kShapes[bos][eos][1];
  return shape;
}

Result<Tokenizer::Parts> convert(const NamedText& file, const TokenizerConfig& config) {
  INLAY_ASSIGN(const SentencePieceModel model, parse_sentencepiece(file.text, file.name));
  INLAY_ASSIGN(const Pieces pieces, choose_pieces(config, model));
  Tokenizer::Parts parts;
  INLAY_ASSIGN(parts.model, make_model(config, model, pieces));
  INLAY_ASSIGN(const std::string_view scheme, scheme_of(config, model));
  Descriptions& d = parts.descriptions;
  INLAY_ASSIGN(d.normalizer, describe_normalizer(config, model));
  INLAY_ASSIGN(d.pre_tokenizer, describe_pre_tokenizer(config, model, scheme));
  d.decoder = describe_decoder(config, model, scheme);
  INLAY_ASSIGN(Shape shape, describe_shape(config, model));
  INLAY_TRY(assemble(config, std::move(shape), parts));
  return parts;
}

}  // namespace

Result<Tokenizer::Parts> convert_sentencepiece(const NamedText& model, TokenizerConfig config) {
  INLAY_TRY(config.expect_kind(VocabularyKind::kSentencePiece, model.name));
  auto parts = convert(model, config);
  if (parts.ok() || parts.message().starts_with(model.name)) return parts;
  return std::move(parts).status().at(model.name);
}

}  // namespace inlay::text
