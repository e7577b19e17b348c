// vocab.json and merges.txt: GPT-2's tokenizer and its relatives.
#include "base/json_writer.h"
#include "base/utf8.h"
#include "text/bpe.h"
#include "text/convert.h"
#include "text/vocabulary_json.h"

namespace inlay::text {
namespace {

constexpr std::string_view kQwen2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|)"
    R"(\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kClip = R"('s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+)";

// A merge a line; the first line may be "#version: …", and empty lines do not count.
Result<std::vector<Bpe::MergePair>> parse_merges(std::string_view text) {
  const size_t error = utf8_error(text);
  if (error != std::string_view::npos) return corrupt("expected UTF-8, byte {} is not", error);
  std::vector<Bpe::MergePair> merges;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || (number == 1 && line.starts_with("#version"))) continue;
    const auto merge = split_merge(line);
    if (!merge) {
      return corrupt("line {}: expected two tokens and one space, found {}", number, quote(line));
    }
    merges.push_back(*merge);
  }
  return merges;
}

Result<BpeOptions> options_of(const TokenizerConfig& config) {
  BpeOptions options;
  const Style style = config.tokenizer_class()->style;
  if (style == Style::kClip || style == Style::kOpenAiGpt) {
    options.end_of_word_suffix = "</w>";
    INLAY_ASSIGN(options.unk_token, config.special_text("unk_token"));
  }
  return options;
}

// {"type": "RobertaProcessing", "sep": ["</s>", 2], …}
Result<std::string> describe_roberta(const TokenizerConfig& config, const Model& model,
                                     const std::string& cls, const std::string& sep,
                                     bool trim_offsets) {
  INLAY_ASSIGN(const bool add_prefix_space, config.flag("add_prefix_space", false));
  json::Writer out;
  out.begin_object().member("type", "RobertaProcessing");
  for (const auto& [key, token] : {std::pair("sep", &sep), std::pair("cls", &cls)}) {
    const auto id = model.id(*token);
    if (!id) return corrupt("expected the special token {} in the vocabulary", quote(*token));
    out.key(key).begin_array().value(*token).value(*id).end_array();
  }
  out.member("trim_offsets", trim_offsets).member("add_prefix_space", add_prefix_space);
  return std::move(out.end_object()).text();
}

// How GPT-2 and most others cut, and what stands around a text.
Result<Shape> describe_gpt2(const TokenizerConfig& config, Descriptions& d) {
  INLAY_ASSIGN(const bool add_prefix_space, config.flag("add_prefix_space", false));
  INLAY_ASSIGN(const bool add_bos, config.flag("add_bos_token", false));
  d.pre_tokenizer = describe_byte_level(add_prefix_space, true, true);
  const TokenizerClass& c = *config.tokenizer_class();
  if (!c.single.empty()) return Shape{.single = c.single, .pair = c.pair};
  if (add_bos) return Shape{.single = "bos A", .pair = "bos A B:1"};
  return Shape{.post_processor = describe_byte_level(true, false, true)};
}

Result<Shape> describe_clip(const TokenizerConfig& config, const Model& model, Descriptions& d) {
  const std::string normalizers[] = {R"({"type":"NFC"})", describe_replace(R"(\s+)", " ", true),
                                     R"({"type":"Lowercase"})"};
  d.normalizer = describe_sequence("normalizers", normalizers);
  const std::string cuts[] = {describe_split(kClip, "Removed", true),
                              describe_byte_level(false, true, true)};
  d.pre_tokenizer = describe_sequence("pretokenizers", cuts);
  INLAY_ASSIGN(const std::string bos, config.special_text("bos_token"));
  INLAY_ASSIGN(const std::string eos, config.special_text("eos_token"));
  Shape shape;
  INLAY_ASSIGN(shape.post_processor, describe_roberta(config, model, bos, eos, false));
  return shape;
}

Shape describe_qwen2(Descriptions& d) {
  d.normalizer = R"({"type":"NFC"})";
  const std::string cuts[] = {describe_split(kQwen2, "Isolated", false),
                              describe_byte_level(false, true, false)};
  d.pre_tokenizer = describe_sequence("pretokenizers", cuts);
  return {.post_processor = describe_byte_level(true, false, true)};
}

Shape describe_open_ai_gpt(Descriptions& d) {
  d.normalizer = R"({"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,)"
                 R"("strip_accents":null,"lowercase":true})";
  d.pre_tokenizer = R"({"type":"BertPreTokenizer"})";
  d.decoder = R"({"type":"BPEDecoder","suffix":"</w>"})";
  return {};
}

Result<Shape> describe(const TokenizerConfig& config, Tokenizer::Parts& parts) {
  Descriptions& d = parts.descriptions;
  d.decoder = describe_byte_level(true, true, true);
  switch (config.tokenizer_class()->style) {
    case Style::kClip: return describe_clip(config, *parts.model, d);
    case Style::kQwen2: return describe_qwen2(d);
    case Style::kOpenAiGpt: return describe_open_ai_gpt(d);
    case Style::kRoberta: break;
    default: return describe_gpt2(config, d);
  }
  INLAY_TRY(describe_gpt2(config, d).status());
  INLAY_ASSIGN(const std::string cls, config.special_text("cls_token"));
  INLAY_ASSIGN(const std::string sep, config.special_text("sep_token"));
  INLAY_ASSIGN(const bool trim, config.flag("trim_offsets", true));
  Shape shape;
  INLAY_ASSIGN(shape.post_processor, describe_roberta(config, *parts.model, cls, sep, trim));
  return shape;
}

}  // namespace

Result<Tokenizer::Parts> convert_byte_pairs(const NamedText& vocab, const NamedText& merges,
                                            TokenizerConfig config) {
  INLAY_TRY(config.expect_kind(VocabularyKind::kBytePairs, vocab.name));
  INLAY_ASSIGN(const json::Document document, json::parse(vocab.text, vocab.name));
  INLAY_ASSIGN(Vocabulary vocabulary, parse_vocabulary(document.root()));
  auto pairs = parse_merges(merges.text);
  if (!pairs.ok()) return std::move(pairs).status().at(merges.name);
  INLAY_ASSIGN(const BpeOptions options, options_of(config));
  Tokenizer::Parts parts;
  auto model = Bpe::make(options, std::move(vocabulary), *pairs);
  // Merges are in the one file, the tokens that they name in the other.
  if (!model.ok()) {
    return std::move(model).status().at(format("{} with {}", vocab.name, merges.name));
  }
  parts.model = std::move(model).value();
  auto shape = describe(config, parts);
  if (!shape.ok()) return std::move(shape).status().at(vocab.name);
  Status made = assemble(config, std::move(shape).value(), parts);
  if (!made.ok()) return std::move(made).at(vocab.name);
  return parts;
}

}  // namespace inlay::text
