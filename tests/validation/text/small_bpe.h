// A byte-level BPE tokenizer with a few hundred random merges, for unit tests and fuzzing.
#pragma once

#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "base/utf8.h"
#include "text/byte_alphabet.h"

namespace inlay::text {

// JSON of what is not the model; "" is null.
struct SmallBpe {
  std::string pre_tokenizer = R"({"type": "ByteLevel", "add_prefix_space": false,
                                  "trim_offsets": true, "use_regex": true})";
  std::string normalizer = {}, post_processor = {};
  std::string added_tokens = "[]";
  bool ignore_merges = false;
  uint32_t seed = 1;
};

inline std::string spelled_in_byte_alphabet(std::string_view bytes) {
  std::string spelled;
  for (const char c : bytes) {
    utf8_append(spelled, kByteAlphabet.character[static_cast<unsigned char>(c)]);
  }
  return spelled;
}

// Merges meet each other often: they are of few bytes, and each of two tokens that are there.
inline std::string small_bpe_model(const SmallBpe& options) {
  constexpr std::string_view kBytes = " aabeilnorst\n'A1.\xc3\xa9\xe3\x81\x82";
  std::mt19937 random(options.seed);
  std::vector<std::string> tokens, spoken;
  for (int byte = 0; byte < 256; ++byte) tokens.push_back(std::string(1, static_cast<char>(byte)));
  for (const char c : kBytes) spoken.push_back(std::string(1, c));
  std::set<std::string> known(tokens.begin(), tokens.end());
  std::vector<std::pair<std::string, std::string>> merges;
  for (int tries = 0; tries < 900; ++tries) {
    const std::string left = spoken[random() % spoken.size()];
    const std::string right = spoken[random() % spoken.size()];
    if (left.size() + right.size() > 10) continue;
    merges.emplace_back(left, right);
    if (!known.insert(left + right).second) continue;
    tokens.push_back(left + right);
    spoken.push_back(left + right);
  }
  // Tokens that no merge makes.
  for (const char* token : {"tennis", " \n", "aaaaaaaaaaaaaaaaaaaaaaaa"}) {
    if (known.insert(token).second) tokens.push_back(token);
  }
  json::Writer json;
  json.begin_object().member("type", "BPE").member("ignore_merges", options.ignore_merges);
  json.key("vocab").begin_object();
  uint32_t id = 0;
  for (const std::string& token : tokens) json.member(spelled_in_byte_alphabet(token), id++);
  json.end_object().key("merges").begin_array();
  for (const auto& [left, right] : merges) {
    json.begin_array().value(spelled_in_byte_alphabet(left));
    json.value(spelled_in_byte_alphabet(right)).end_array();
  }
  json.end_array().end_object();
  return std::move(json).text();
}

inline std::string small_bpe_json(const SmallBpe& options) {
  const auto or_null = [](const std::string& part) { return part.empty() ? "null" : part; };
  return "{\"normalizer\": " + or_null(options.normalizer) +
         ", \"pre_tokenizer\": " + options.pre_tokenizer +
         ", \"post_processor\": " + or_null(options.post_processor) +
         ", \"added_tokens\": " + options.added_tokens +
         ", \"model\": " + small_bpe_model(options) + "}";
}

// A pre-tokenizer that cuts at the matches of each pattern, then maps bytes.
inline std::string splits_json(const std::vector<std::string>& patterns, bool use_regex = false) {
  json::Writer json;
  json.begin_object().member("type", "Sequence").key("pretokenizers").begin_array();
  for (const std::string& pattern : patterns) {
    json.begin_object().member("type", "Split").member("behavior", "Isolated");
    json.member("invert", false).key("pattern").begin_object().member("Regex", pattern);
    json.end_object().end_object();
  }
  json.begin_object().member("type", "ByteLevel").member("add_prefix_space", false);
  json.member("trim_offsets", true).member("use_regex", use_regex).end_object();
  json.end_array().end_object();
  return std::move(json).text();
}

}  // namespace inlay::text
