#include "text/convert.h"

#include <algorithm>
#include <charconv>

#include "base/json_writer.h"
#include "text/components.h"

namespace inlay::text {
namespace {

template <class Component>
Status make(const std::string& description, const char* kind,
            Result<std::unique_ptr<Component>> (*parse)(const json::Value&),
            std::unique_ptr<Component>& out) {
  if (description.empty()) return Status();
  INLAY_ASSIGN(const json::Document document, json::parse(description, kind));
  INLAY_ASSIGN(out, parse(document.root()));
  return Status();
}

// One place of a shape: "cls:2" is {"cls", 2}.
struct Place {
  std::string_view name;
  uint32_t type_id = 0;
};

std::vector<Place> places_of(std::string_view shape) {
  std::vector<Place> places;
  while (!shape.empty()) {
    const size_t end = std::min(shape.find(' '), shape.size());
    Place place{shape.substr(0, end)};
    if (const size_t colon = place.name.rfind(':'); colon != std::string_view::npos) {
      const std::string_view digits = place.name.substr(colon + 1);
      std::from_chars(digits.data(), digits.data() + digits.size(), place.type_id);
      place.name = place.name.substr(0, colon);
    }
    places.push_back(place);
    shape.remove_prefix(std::min(end + 1, shape.size()));
  }
  return places;
}

// The token that a place stands for.
Result<std::string> token_of(std::string_view name, const TokenizerConfig& config) {
  if (name.starts_with('=')) return std::string(name.substr(1));
  if (name == "bos") return config.special_text("bos_token");
  if (name == "eos") return config.special_text("eos_token");
  if (name == "cls") return config.special_text("cls_token");
  return config.special_text("sep_token");
}

class TemplateWriter {
 public:
  TemplateWriter(const TokenizerConfig& config, const Tokenizer::Parts& parts)
      : config_(config), parts_(parts) {
    out_.begin_object().member("type", "TemplateProcessing");
  }

  Status add(std::string_view key, std::string_view shape) {
    out_.key(key).begin_array();
    for (const Place& place : places_of(shape)) {
      const bool is_text = place.name == "A" || place.name == "B";
      std::string id(place.name);
      if (!is_text) {
        INLAY_ASSIGN(id, token_of(place.name, config_));
        INLAY_TRY(add_special(id));
      }
      out_.begin_object().key(is_text ? "Sequence" : "SpecialToken").begin_object();
      out_.member("id", id).member("type_id", place.type_id).end_object().end_object();
    }
    out_.end_array();
    return Status();
  }

  std::string finish() && {
    out_.key("special_tokens").begin_object();
    for (const auto& [token, id] : special_) {
      out_.key(token).begin_object().member("id", token);
      out_.key("ids").begin_array().value(id).end_array();
      out_.key("tokens").begin_array().value(token).end_array().end_object();
    }
    return std::move(out_.end_object().end_object()).text();
  }

 private:
  Status add_special(const std::string& token) {
    std::optional<uint32_t> id = parts_.added.id(token);
    if (!id) id = parts_.model->id(token);
    if (!id) return corrupt("expected the special token {} in the vocabulary", quote(token));
    const auto same = [&](const auto& other) { return other.first == token; };
    if (std::none_of(special_.begin(), special_.end(), same)) special_.emplace_back(token, *id);
    return Status();
  }

  const TokenizerConfig& config_;
  const Tokenizer::Parts& parts_;
  json::Writer out_;
  std::vector<std::pair<std::string, uint32_t>> special_;
};

}  // namespace

Status assemble(const TokenizerConfig& config, Shape shape, Tokenizer::Parts& parts) {
  Descriptions& d = parts.descriptions;
  INLAY_TRY(make(d.normalizer, "normalizer", parse_normalizer, parts.normalizer));
  INLAY_TRY(make(d.pre_tokenizer, "pre-tokenizer", parse_pre_tokenizer, parts.pre_tokenizer));
  INLAY_TRY(make(d.decoder, "decoder", parse_decoder, parts.decoder));
  AddedTokenList tokens;
  for (AddedToken& token : shape.first) tokens.add(std::move(token));
  INLAY_TRY(config.add_tokens(tokens));
  INLAY_ASSIGN(parts.added,
               AddedTokens::make(std::move(tokens).tokens(), *parts.model, parts.normalizer.get()));
  d.post_processor = std::move(shape.post_processor);
  if (!shape.single.empty()) {
    TemplateWriter writer(config, parts);
    INLAY_TRY(writer.add("single", shape.single));
    INLAY_TRY(writer.add("pair", shape.pair));
    d.post_processor = std::move(writer).finish();
  }
  return make(d.post_processor, "post-processor", parse_post_processor, parts.post_processor);
}

std::string describe_byte_level(bool add_prefix_space, bool trim_offsets, bool use_regex) {
  json::Writer out;
  out.begin_object().member("type", "ByteLevel").member("add_prefix_space", add_prefix_space);
  out.member("trim_offsets", trim_offsets).member("use_regex", use_regex).end_object();
  return std::move(out).text();
}

std::string describe_split(std::string_view regex, std::string_view behavior, bool invert) {
  json::Writer out;
  out.begin_object().member("type", "Split").key("pattern").begin_object();
  out.member("Regex", regex).end_object();
  out.member("behavior", behavior).member("invert", invert).end_object();
  return std::move(out).text();
}

std::string describe_replace(std::string_view pattern, std::string_view content, bool is_regex) {
  json::Writer out;
  out.begin_object().member("type", "Replace").key("pattern").begin_object();
  out.member(is_regex ? "Regex" : "String", pattern).end_object();
  out.member("content", content).end_object();
  return std::move(out).text();
}

std::string describe_metaspace(std::string_view scheme, bool split) {
  json::Writer out;
  out.begin_object().member("type", "Metaspace").member("replacement", "\u2581");
  out.member("prepend_scheme", scheme).member("split", split).end_object();
  return std::move(out).text();
}

}  // namespace inlay::text
