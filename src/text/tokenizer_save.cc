// A tokenizer as a tokenizer.json of version 1.0.
#include "base/json_writer.h"
#include "base/system.h"
#include "text/tokenizer.h"

namespace inlay::text {
namespace {

void write_component(json::Writer& out, std::string_view key, const std::string& description) {
  out.key(key);
  if (description.empty()) {
    out.value(nullptr);
  } else {
    out.raw(description);
  }
}

void write_truncation(json::Writer& out, const std::optional<Truncation>& truncation) {
  out.key("truncation");
  if (!truncation) {
    out.value(nullptr);
    return;
  }
  constexpr std::string_view kStrategies[] = {"LongestFirst", "OnlyFirst", "OnlySecond"};
  out.begin_object();
  out.member("direction", truncation->direction == Direction::kLeft ? "Left" : "Right");
  out.member("max_length", truncation->max_length);
  out.member("strategy", kStrategies[static_cast<size_t>(truncation->strategy)]);
  out.member("stride", truncation->stride).end_object();
}

void write_padding(json::Writer& out, const std::optional<Padding>& padding,
                   std::string_view pad_token) {
  out.key("padding");
  if (!padding) {
    out.value(nullptr);
    return;
  }
  out.begin_object().key("strategy");
  if (padding->length) {
    out.begin_object().member("Fixed", *padding->length).end_object();
  } else {
    out.value("BatchLongest");
  }
  out.member("direction", padding->direction == Direction::kLeft ? "Left" : "Right");
  out.key("pad_to_multiple_of");
  if (padding->multiple_of == 0) {
    out.value(nullptr);
  } else {
    out.value(padding->multiple_of);
  }
  out.member("pad_id", padding->id).member("pad_type_id", padding->type_id);
  out.member("pad_token", pad_token).end_object();
}

}  // namespace

Result<std::string> Tokenizer::to_json() const {
  const Descriptions& d = descriptions_;
  const bool complete =
      (!normalizer_ || !d.normalizer.empty()) && (!pre_tokenizer_ || !d.pre_tokenizer.empty()) &&
      (!post_processor_ || !d.post_processor.empty()) && (!decoder_ || !d.decoder.empty());
  if (!complete) return unsupported("tokenizer: a component has no description to save");
  json::Writer out;
  out.begin_object().member("version", "1.0");
  write_truncation(out, baked_truncation_);
  write_padding(out, baked_padding_, baked_padding_ ? token(baked_padding_->id) : "");
  out.key("added_tokens");
  added_.write(out);
  write_component(out, "normalizer", d.normalizer);
  write_component(out, "pre_tokenizer", d.pre_tokenizer);
  write_component(out, "post_processor", d.post_processor);
  write_component(out, "decoder", d.decoder);
  out.key("model");
  model_->write(out);
  return std::move(out.end_object()).text();
}

Status Tokenizer::save(const std::string& path) const {
  INLAY_ASSIGN(const std::string text, to_json());
  return system::replace_file(path, text).at(path);
}

}  // namespace inlay::text
