// tokenizer.json, version 1.0; keys that are not known are ignored.
#include "text/components.h"
#include "text/tokenizer.h"

namespace inlay::text {
namespace {

Result<size_t> parse_count(const json::Value& value) {
  INLAY_ASSIGN(const int64_t count, value.integer());
  if (count < 0) return value.error(format("expected 0 or more, found {}", count));
  return static_cast<size_t>(count);
}

Result<Direction> parse_direction(const json::Value& value) {
  INLAY_ASSIGN(const std::string_view name, value.string());
  if (name == "Left") return Direction::kLeft;
  if (name == "Right") return Direction::kRight;
  return value.error(format("expected \"Left\" or \"Right\", found {}", quote(name)));
}

Status check_version(const json::Value& root) {
  INLAY_ASSIGN(const std::string_view version, root.at("version").string_or("1.0"));
  if (version == "1.0") return Status();
  const Status error =
      root.at("version").error(format("expected \"1.0\", found {}", quote(version)));
  return Status(StatusCode::kUnsupported, std::string(error.message()));
}

// Reads a component that may be missing, and keeps its description.
template <class Component>
Status parse_component(const json::Value& value,
                       Result<std::unique_ptr<Component>> (*parse)(const json::Value&),
                       std::unique_ptr<Component>& component, std::string& description) {
  if (value.is_null()) return Status();
  INLAY_ASSIGN(component, parse(value));
  description = json_text(value);
  return Status();
}

Status parse_components(const json::Value& root, Tokenizer::Parts& parts) {
  Descriptions& d = parts.descriptions;
  INLAY_TRY(
      parse_component(root.at("normalizer"), parse_normalizer, parts.normalizer, d.normalizer));
  INLAY_TRY(parse_component(root.at("pre_tokenizer"), parse_pre_tokenizer, parts.pre_tokenizer,
                            d.pre_tokenizer));
  INLAY_TRY(parse_component(root.at("post_processor"), parse_post_processor, parts.post_processor,
                            d.post_processor));
  INLAY_TRY(parse_component(root.at("decoder"), parse_decoder, parts.decoder, d.decoder));
  INLAY_ASSIGN(parts.model, parse_model(root.at("model")));
  return Status();
}

}  // namespace

// {"direction": "Right", "max_length": 128, "strategy": "LongestFirst", "stride": 0}
Result<std::optional<Truncation>> parse_truncation(const json::Value& value) {
  using Strategy = Truncation::Strategy;
  if (value.is_null()) return std::optional<Truncation>();
  Truncation truncation;
  INLAY_ASSIGN(truncation.max_length, parse_count(value.at("max_length")));
  INLAY_ASSIGN(truncation.stride, parse_count(value.at("stride")));
  if (value.at("direction").exists()) {
    INLAY_ASSIGN(truncation.direction, parse_direction(value.at("direction")));
  }
  INLAY_ASSIGN(const std::string_view strategy, value.at("strategy").string());
  if (strategy == "LongestFirst") {
    truncation.strategy = Strategy::kLongestFirst;
  } else if (strategy == "OnlyFirst") {
    truncation.strategy = Strategy::kOnlyFirst;
  } else if (strategy == "OnlySecond") {
    truncation.strategy = Strategy::kOnlySecond;
  } else {
    return value.at("strategy").error(format("unknown strategy {}", quote(strategy)));
  }
  return std::optional(truncation);
}

// {"strategy": "BatchLongest" or {"Fixed": 128}, "direction": "Right", "pad_to_multiple_of": null,
// …}
Result<std::optional<Padding>> parse_padding(const json::Value& value) {
  if (value.is_null()) return std::optional<Padding>();
  Padding padding;
  const json::Value strategy = value.at("strategy");
  if (strategy.is_object()) {
    INLAY_ASSIGN(padding.length, parse_count(strategy.at("Fixed")));
  } else {
    INLAY_ASSIGN(const std::string_view name, strategy.string());
    if (name != "BatchLongest") {
      return strategy.error(format("unknown strategy {}", quote(name)));
    }
  }
  INLAY_ASSIGN(padding.direction, parse_direction(value.at("direction")));
  if (!value.at("pad_to_multiple_of").is_null()) {
    INLAY_ASSIGN(padding.multiple_of, parse_count(value.at("pad_to_multiple_of")));
  }
  INLAY_ASSIGN(padding.id, parse_token_id(value.at("pad_id")));
  INLAY_ASSIGN(padding.type_id, parse_token_id(value.at("pad_type_id")));
  return std::optional(padding);
}

namespace {

Result<Tokenizer::Parts> parse_document(const json::Document& document) {
  const json::Value root = document.root();
  INLAY_TRY(root.expect(json::Kind::kObject));
  INLAY_TRY(check_version(root));
  Tokenizer::Parts parts;
  INLAY_TRY(parse_components(root, parts));
  INLAY_ASSIGN(parts.truncation, parse_truncation(root.at("truncation")));
  INLAY_ASSIGN(parts.padding, parse_padding(root.at("padding")));
  INLAY_ASSIGN(parts.added,
               AddedTokens::parse(root.at("added_tokens"), *parts.model, parts.normalizer.get()));
  return parts;
}

}  // namespace

Result<Tokenizer::Parts> parse_tokenizer(std::string_view text, const std::string& source_name) {
  // The document does not outlive the text: no copy is needed.
  INLAY_ASSIGN(const json::Document document, json::parse_in_place(text, nullptr, source_name));
  return parse_document(document);
}

Result<std::shared_ptr<const Tokenizer>> Tokenizer::from_json(std::string_view text,
                                                              const std::string& source_name) {
  INLAY_ASSIGN(Parts parts, parse_tokenizer(text, source_name));
  return std::make_shared<const Tokenizer>(std::move(parts));
}

Result<std::shared_ptr<const Tokenizer>> Tokenizer::from_json(
    const std::shared_ptr<const MappedFile>& file, const std::string& source_name) {
  return from_json(file->text(), source_name);
}

}  // namespace inlay::text
