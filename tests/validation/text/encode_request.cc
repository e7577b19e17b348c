#include "encode_request.h"

#include "base/json_writer.h"

namespace inlay::text {
namespace {

void write(json::Writer& json, const Encoding& e) {
  json.begin_object();
  json.key("ids").array(e.ids()).key("type_ids").array(e.type_ids());
  json.key("attention_mask").array(e.attention_mask());
  json.key("special_tokens_mask").array(e.special_tokens_mask());
  json.key("offsets").begin_array();
  for (const Offset& offset : e.offsets()) {
    json.begin_array().value(offset.begin).value(offset.end).end_array();
  }
  json.end_array().key("word_ids").array(e.word_ids());
  json.key("overflowing").begin_array();
  for (const Encoding& part : e.overflowing) write(json, part);
  json.end_array().end_object();
}

std::string error_text(std::string_view message) {
  json::Writer json;
  return std::move(json.begin_object().member("error", message).end_object()).text();
}

Result<EncodeOptions> parse_options(const json::Value& request) {
  EncodeOptions options;
  INLAY_ASSIGN(options.add_special_tokens, request.at("special").boolean_or(true));
  INLAY_ASSIGN(options.truncation, parse_truncation(request.at("truncation")));
  INLAY_ASSIGN(options.padding, parse_padding(request.at("padding")));
  return options;
}

std::string result_text(const Result<Encoding>& result) {
  if (!result.ok()) return error_text(result.message());
  json::Writer json;
  write(json, *result);
  return std::move(json).text();
}

// encode_ids must give what encode gives, with a limit and without.
Status check_ids(const Tokenizer& tokenizer, std::string_view text, const Encoding& all) {
  for (const size_t limit : {size_t{0}, size_t{2}, size_t{7}, size_t{64}}) {
    EncodeOptions options;
    if (limit != 0) options.truncation = Truncation{.max_length = limit};
    const Result<Encoding> expected = tokenizer.encode_general(text, std::nullopt, options);
    std::vector<int32_t> ids = {-7};
    const Result<bool> truncated = tokenizer.encode_ids(text, limit, ids);
    if (expected.ok() != truncated.ok()) return internal_error("encode_ids fails differently");
    if (!expected.ok()) continue;
    ids.erase(ids.begin());
    const bool equal =
        std::equal(ids.begin(), ids.end(), expected->ids().begin(), expected->ids().end());
    if (!equal || *truncated != expected->truncated) {
      return internal_error("encode_ids differs at limit {} of {} tokens", limit, all.size());
    }
  }
  return Status();
}

std::string encode(const Tokenizer& tokenizer, const json::Value& request) {
  const auto options = parse_options(request);
  const auto text = request.at("text").string();
  const auto pair_text = request.at("pair").string_or("");
  if (!options.ok()) return error_text(options.message());
  if (!text.ok() || !pair_text.ok()) return error_text("text is no string");
  std::optional<std::string_view> pair;
  if (!request.at("pair").is_null()) pair = *pair_text;
  const Result<Encoding> encoding = tokenizer.encode(*text, pair, *options);
  const std::string general = result_text(tokenizer.encode_general(*text, pair, *options));
  std::string fused = result_text(encoding);
  if (fused != general) return error_text("fused and general differ: " + fused + " " + general);
  if (encoding.ok() && !pair && options->add_special_tokens) {
    const Status same = check_ids(tokenizer, *text, *encoding);
    if (!same.ok()) return error_text(same.message());
  }
  return fused;
}

std::string decode(const Tokenizer& tokenizer, const json::Value& request) {
  std::vector<uint32_t> ids;
  for (const json::Value& id : request.at("ids").elements()) {
    const auto number = id.integer();
    if (!number.ok()) return error_text(number.message());
    ids.push_back(static_cast<uint32_t>(*number));
  }
  const auto skip = request.at("skip_special").boolean_or(false);
  const auto text = tokenizer.decode(ids, skip.ok() && *skip);
  if (!text.ok()) return error_text(text.message());
  json::Writer json;
  return std::move(json.begin_object().member("text", *text).end_object()).text();
}

}  // namespace

std::string answer(const Tokenizer& tokenizer, const json::Value& request) {
  const auto op = request.at("op").string();
  if (op.ok() && *op == "encode") return encode(tokenizer, request);
  if (op.ok() && *op == "decode") return decode(tokenizer, request);
  return error_text("expected op encode or decode");
}

}  // namespace inlay::text
