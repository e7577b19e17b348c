// inlay_tokenize_probe: answers requests about tokenizers, a line of JSON each, for parity scripts.
//
//   {"op": "load", "path": "tokenizer.json"}   or {"op": "load", "json": "…"}, {"op": "load",
//   "directory": "…"}
//   or {"op": "load", "vocabulary": "vocab.txt", "like": "bert-base-uncased"}
//   {"op": "save"}                             {"json": "…"}: the tokenizer.json that would be saved
//   {"op": "vocabulary"}                       {"size": N, "tokens": {"[PAD]": 0, …}} up to id
//   "up_to" and those of encode_request.h, about the tokenizer loaded last.
#include <cstdio>
#include <iostream>

#include "base/json_writer.h"
#include "encode_request.h"

namespace inlay::text {
namespace {

using Shared = std::shared_ptr<const Tokenizer>;

Result<Shared> load(const json::Value& request) {
  if (request.at("json").exists()) {
    INLAY_ASSIGN(const std::string_view text, request.at("json").string());
    return Tokenizer::from_json(text, "tokenizer.json");
  }
  if (request.at("directory").exists()) {
    INLAY_ASSIGN(const std::string_view path, request.at("directory").string());
    return Tokenizer::from_directory(std::string(path));
  }
  if (request.at("vocabulary").exists()) {
    INLAY_ASSIGN(const std::string_view path, request.at("vocabulary").string());
    INLAY_ASSIGN(const std::string_view like, request.at("like").string_or(""));
    return Tokenizer::from_vocabulary(std::string(path), like);
  }
  INLAY_ASSIGN(const std::string_view path, request.at("path").string());
  INLAY_ASSIGN(const auto file, MappedFile::open(std::string(path)));
  return Tokenizer::from_json(file, std::string(path));
}

std::string vocabulary(const Tokenizer& tokenizer, const json::Value& request) {
  const auto up_to = request.at("up_to").integer_or(0);
  json::Writer json;
  json.begin_object().member("size", tokenizer.vocab_size()).key("tokens").begin_array();
  for (int64_t id = 0; up_to.ok() && id < *up_to; ++id) {
    json.value(tokenizer.token(static_cast<uint32_t>(id)));
  }
  return std::move(json.end_array().end_object()).text();
}

std::string save(const Tokenizer& tokenizer) {
  const auto text = tokenizer.to_json();
  json::Writer json;
  json.begin_object();
  if (text.ok()) json.member("json", *text);
  if (!text.ok()) json.member("error", text.message());
  return std::move(json.end_object()).text();
}

std::string respond(Shared& tokenizer, const std::string& line) {
  const auto document = json::parse(line, "request");
  json::Writer json;
  json.begin_object();
  if (!document.ok()) {
    return std::move(json.member("error", document.message()).end_object()).text();
  }
  const json::Value request = document->root();
  const auto op = request.at("op").string_or("");
  if (op.ok() && *op == "load") {
    auto loaded = load(request);
    if (!loaded.ok()) return std::move(json.member("error", loaded.message()).end_object()).text();
    tokenizer = std::move(loaded).value();
    json.member("fused", tokenizer->is_fused()).member("max_length", tokenizer->max_length());
    return std::move(json.end_object()).text();
  }
  if (!tokenizer) return "{\"error\":\"nothing is loaded\"}";
  if (op.ok() && *op == "save") return save(*tokenizer);
  if (op.ok() && *op == "vocabulary") return vocabulary(*tokenizer, request);
  return answer(*tokenizer, request);
}

}  // namespace
}  // namespace inlay::text

int main() {
  std::shared_ptr<const inlay::text::Tokenizer> tokenizer;
  for (std::string line; std::getline(std::cin, line);) {
    const std::string out = inlay::text::respond(tokenizer, line) + "\n";
    std::fwrite(out.data(), 1, out.size(), stdout);
    std::fflush(stdout);
  }
}
