// Rank files of tiktoken, of Whisper and of Llama 3: the file has the tokens, the encoding's name
// says how texts are cut and which tokens are special.
//
// Source of patterns and special tokens: tiktoken 0.14 (openai_public.py), openai-whisper 20250625
// (tokenizer.py), the model cards of Llama 3 and Qwen.
#include <charconv>

#include "text/bpe.h"
#include "text/convert.h"
#include "text/merges_of_scores.h"
#include "text/tiktoken_ranks.h"

namespace inlay::text {
namespace {

constexpr std::string_view kCl100kPattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|)"
    R"(\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kQwenPattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|)"
    R"(\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kO200kPattern =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+)"
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*)"
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|)"
    R"(\s+(?!\S)|\s+)";

// Whisper's languages in the order of their tokens; the last one came with large-v3.
constexpr std::string_view kLanguages =
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th "
    "ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr "
    "pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt "
    "haw ln ha ba jw su yue";

// The special tokens of an encoding: those with ids, separated by spaces, or those of a family,
// one behind the other.
enum class Family : uint8_t { kNumbered, kWhisper, kLlama3, kQwen };

struct TiktokenEncoding {
  std::string_view name;
  std::string_view pattern;  // "": GPT-2's
  Family family = Family::kNumbered;
  std::string_view special = {};
  size_t languages = 99;  // of Whisper
};

constexpr TiktokenEncoding kEncodings[] = {
    {"gpt2", "", Family::kNumbered, "50256:<|endoftext|>"},
    {"r50k_base", "", Family::kNumbered, "50256:<|endoftext|>"},
    {"p50k_base", "", Family::kNumbered, "50256:<|endoftext|>"},
    {"p50k_edit", "", Family::kNumbered,
     "50256:<|endoftext|> 50281:<|fim_prefix|> 50282:<|fim_middle|> 50283:<|fim_suffix|>"},
    {"cl100k_base", kCl100kPattern, Family::kNumbered,
     "100257:<|endoftext|> 100258:<|fim_prefix|> 100259:<|fim_middle|> 100260:<|fim_suffix|> "
     "100276:<|endofprompt|>"},
    {"o200k_base", kO200kPattern, Family::kNumbered, "199999:<|endoftext|> 200018:<|endofprompt|>"},
    {"whisper", "", Family::kWhisper},
    {"whisper-large-v3", "", Family::kWhisper, {}, 100},
    {"multilingual", "", Family::kWhisper},  // the name of Whisper's own file
    {"llama3", kCl100kPattern, Family::kLlama3},
    {"qwen", kQwenPattern, Family::kQwen},
};

const TiktokenEncoding* find_encoding(std::string_view name) {
  for (const TiktokenEncoding& encoding : kEncodings) {
    if (encoding.name == name) return &encoding;
  }
  return nullptr;
}

// "dir/cl100k_base.tiktoken" is cl100k_base.
std::string_view stem_of(std::string_view path) {
  if (const size_t slash = path.find_last_of("/\\"); slash != std::string_view::npos) {
    path.remove_prefix(slash + 1);
  }
  return path.substr(0, path.find('.'));
}

template <class Visit>
void for_each_word(std::string_view words, Visit&& visit) {
  while (!words.empty()) {
    const size_t end = std::min(words.find(' '), words.size());
    visit(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
}

using Special = std::vector<std::pair<std::string, uint32_t>>;

void add_whisper(size_t languages, const auto& add) {
  add("<|endoftext|>");
  add("<|startoftranscript|>");
  size_t count = 0;
  for_each_word(kLanguages, [&](std::string_view code) {
    if (count++ < languages) add(format("<|{}|>", code));
  });
  for (const char* name :
       {"translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"}) {
    add(format("<|{}|>", name));
  }
  constexpr int kTimestamps = 1501;  // 0.00 to 30.00 seconds
  for (int i = 0; i < kTimestamps; ++i) {
    const int hundredths = 2 * i % 100;
    add(format("<|{}.{}{}|>", 2 * i / 100, hundredths / 10, hundredths % 10));
  }
}

void add_llama3(const auto& add) {
  for (const char* name :
       {"begin_of_text", "end_of_text", "reserved_special_token_0", "reserved_special_token_1",
        "reserved_special_token_2", "reserved_special_token_3", "start_header_id", "end_header_id",
        "reserved_special_token_4", "eot_id"}) {
    add(format("<|{}|>", name));
  }
  for (int i = 5; i < 251; ++i) add(format("<|reserved_special_token_{}|>", i));
}

Special special_of(const TiktokenEncoding& encoding, uint32_t next_id) {
  Special special;
  const auto add = [&](std::string text) { special.emplace_back(std::move(text), next_id++); };
  switch (encoding.family) {
    case Family::kNumbered:
      for_each_word(encoding.special, [&](std::string_view word) {
        const size_t colon = word.find(':');
        uint32_t id = 0;
        std::from_chars(word.data(), word.data() + colon, id);
        special.emplace_back(word.substr(colon + 1), id);
      });
      break;
    case Family::kWhisper: add_whisper(encoding.languages, add); break;
    case Family::kLlama3: add_llama3(add); break;
    case Family::kQwen:
      for (const char* name : {"endoftext", "im_start", "im_end"}) add(format("<|{}|>", name));
      for (int i = 0; i < 205; ++i) add(format("<|extra_{}|>", i));
      break;
  }
  return special;
}

Result<std::unique_ptr<Model>> make_model(const std::vector<RankedToken>& ranks,
                                          const Special& special) {
  std::vector<std::string_view> texts;
  texts.reserve(ranks.size());
  Vocabulary vocabulary;
  vocabulary.reserve(ranks.size() + special.size(), 8 * ranks.size());
  for (const RankedToken& token : ranks) {
    texts.push_back(token.text);
    vocabulary.add(token.text, token.rank);
  }
  for (const auto& [text, id] : special) vocabulary.add(text, id);
  if (vocabulary.size() != ranks.size() + special.size()) {
    return corrupt("expected each token once, found one twice");
  }
  return Bpe::make({.ignore_merges = true}, std::move(vocabulary), merges_of_ranks(texts));
}

Result<Tokenizer::Parts> convert(const NamedText& file, const TiktokenEncoding& encoding,
                                 const TokenizerConfig& config) {
  INLAY_ASSIGN(const std::vector<RankedToken> ranks, parse_ranks(file.text));
  const Special special = special_of(encoding, ranks.back().rank + 1);
  Tokenizer::Parts parts;
  INLAY_ASSIGN(parts.model, make_model(ranks, special));
  Descriptions& d = parts.descriptions;
  if (encoding.family == Family::kQwen) d.normalizer = R"({"type":"NFC"})";
  if (encoding.pattern.empty()) {
    d.pre_tokenizer = describe_byte_level(false, true, true);
  } else {
    const std::string cuts[] = {describe_split(encoding.pattern, "Isolated", false),
                                describe_byte_level(false, true, false)};
    d.pre_tokenizer = describe_sequence("pretokenizers", cuts);
  }
  d.decoder = describe_byte_level(true, true, true);
  Shape shape{.post_processor = describe_byte_level(true, false, true)};
  for (const auto& [text, id] : special) {
    shape.first.push_back({.content = text, .normalized = false, .special = true});
  }
  INLAY_TRY(assemble(config, std::move(shape), parts));
  return parts;
}

}  // namespace

bool is_tiktoken_encoding(std::string_view name) { return find_encoding(name) != nullptr; }

bool looks_like_tiktoken(std::string_view text) {
  const std::string_view line = text.substr(0, std::min<size_t>(text.find('\n'), 256));
  const size_t space = line.find(' ');
  if (space == 0 || space == std::string_view::npos || space + 1 == line.size()) return false;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_base64 = [&](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
           c == '/' || c == '=';
  };
  for (size_t i = 0; i < line.size(); ++i) {
    if (i == space || (line[i] == '\r' && i + 1 == line.size())) continue;
    if (i < space ? !is_base64(line[i]) : !is_digit(line[i])) return false;
  }
  return true;
}

Result<Tokenizer::Parts> convert_tiktoken(const NamedText& ranks, std::string_view encoding,
                                          TokenizerConfig config) {
  if (encoding.empty()) encoding = stem_of(ranks.name);
  const TiktokenEncoding* found = find_encoding(encoding);
  if (!found) {
    return not_found("{}: expected the name of a tiktoken encoding, such as cl100k_base, found {}",
                     ranks.name, quote(encoding));
  }
  auto parts = convert(ranks, *found, config);
  if (!parts.ok()) return std::move(parts).status().at(ranks.name);
  return parts;
}

}  // namespace inlay::text
