#include "text/template_processing.h"

#include <algorithm>

#include "text/components.h"

namespace inlay::text {
namespace {

using Kind = TemplatePiece::Kind;
using Template = std::vector<TemplatePiece>;

size_t count_special(const Template& pieces) {
  size_t count = 0;
  for (const TemplatePiece& piece : pieces) count += piece.ids.size();
  return count;
}

// What is around the text, when it stands in the template once.
std::optional<PostProcessor::Frame> frame_of(const Template& single) {
  PostProcessor::Frame frame;
  size_t texts = 0;
  for (const TemplatePiece& piece : single) {
    if (piece.kind == Kind::kFirst) {
      ++texts;
      frame.type_id = piece.type_id;
    }
    auto& side = texts == 0 ? frame.prefix : frame.suffix;
    side.ids.insert(side.ids.end(), piece.ids.begin(), piece.ids.end());
    side.type_ids.resize(side.ids.size(), piece.type_id);
  }
  return texts == 1 ? std::optional(std::move(frame)) : std::nullopt;
}

class TemplateProcessing final : public PostProcessor {
 public:
  TemplateProcessing(Template single, Template pair)
      : single_(std::move(single)),
        pair_(std::move(pair)),
        added_single_(count_special(single_)),
        added_pair_(count_special(pair_)),
        frame_(frame_of(single_)) {}

  size_t added_tokens(bool is_pair) const override { return is_pair ? added_pair_ : added_single_; }
  std::optional<Frame> single_frame() const override { return frame_; }
  Status process(std::vector<Part>& parts, bool add_special_tokens) const override {
    if (parts.empty() || parts.size() > 2) {
      return unsupported("TemplateProcessing: expected one or two texts, found {} parts",
                         parts.size());
    }
    const bool with_offsets = std::all_of(
        parts.begin(), parts.end(), [](const Part& part) { return part.encoding.with_offsets; });
    std::vector<Part> out;
    for (const TemplatePiece& piece : parts.size() == 2 ? pair_ : single_) {
      if (piece.kind != Kind::kSpecial) {
        Part& part = parts[piece.kind == Kind::kFirst ? 0 : 1];
        // Overflowing windows keep the type ids that they have.
        std::ranges::fill(part.encoding.type_ids(), piece.type_id);
        out.push_back(part);
      } else if (add_special_tokens) {
        Part& special = out.emplace_back();
        special.encoding.with_offsets = with_offsets;
        for (const uint32_t id : piece.ids) special.encoding.push_special(id, piece.type_id);
      }
    }
    parts = std::move(out);
    return Status();
  }

 private:
  Template single_, pair_;
  size_t added_single_, added_pair_;
  std::optional<Frame> frame_;
};

// special_tokens: {"[CLS]": {"id": "[CLS]", "ids": [101], "tokens": ["[CLS]"]}, …}
Result<std::vector<uint32_t>> parse_special(const json::Value& special_tokens,
                                            const json::Value& name_value) {
  INLAY_ASSIGN(const std::string_view name, name_value.string());
  const json::Value special = special_tokens.at(name);
  if (!special.exists()) {
    return name_value.error(format("{} is not in special_tokens", quote(name)));
  }
  INLAY_TRY(special.at("ids").expect(json::Kind::kArray));
  INLAY_TRY(special.at("tokens").expect(json::Kind::kArray));
  if (special.at("ids").size() != special.at("tokens").size()) {
    return special.error(format("expected as many ids as tokens, found {} and {}",
                                special.at("ids").size(), special.at("tokens").size()));
  }
  std::vector<uint32_t> ids;
  for (const json::Value& element : special.at("ids").elements()) {
    INLAY_ASSIGN(const uint32_t id, parse_token_id(element));
    ids.push_back(id);
  }
  return ids;
}

Result<TemplatePiece> parse_piece(const json::Value& value, const json::Value& special_tokens) {
  TemplatePiece piece;
  const json::Value sequence = value.at("Sequence");
  const json::Value body = sequence.exists() ? sequence : value.at("SpecialToken");
  if (!body.is_object()) return value.error("expected a Sequence or a SpecialToken");
  INLAY_ASSIGN(piece.type_id, parse_token_id(body.at("type_id")));
  if (!sequence.exists()) {
    INLAY_ASSIGN(piece.ids, parse_special(special_tokens, body.at("id")));
    return piece;
  }
  INLAY_ASSIGN(const std::string_view id, body.at("id").string());
  if (id != "A" && id != "B") {
    return body.at("id").error(format("expected \"A\" or \"B\", found {}", quote(id)));
  }
  piece.kind = id == "A" ? Kind::kFirst : Kind::kSecond;
  return piece;
}

Result<Template> parse_template(const json::Value& value, const json::Value& special_tokens) {
  constexpr size_t kMaxPieces = 256;  // a text may stand in many of them
  INLAY_TRY(value.expect(json::Kind::kArray));
  if (value.size() > kMaxPieces) {
    return value.error(format("expected at most {} pieces, found {}", kMaxPieces, value.size()));
  }
  Template pieces;
  for (const json::Value& element : value.elements()) {
    INLAY_ASSIGN(TemplatePiece piece, parse_piece(element, special_tokens));
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

}  // namespace

std::unique_ptr<PostProcessor> make_template_processing(Template single, Template pair) {
  return std::make_unique<TemplateProcessing>(std::move(single), std::move(pair));
}

Result<std::unique_ptr<PostProcessor>> parse_template_processing(const json::Value& value) {
  INLAY_TRY(value.at("special_tokens").expect(json::Kind::kObject));
  INLAY_ASSIGN(Template single, parse_template(value.at("single"), value.at("special_tokens")));
  INLAY_ASSIGN(Template pair, parse_template(value.at("pair"), value.at("special_tokens")));
  for (const TemplatePiece& piece : single) {
    if (piece.kind == Kind::kSecond) {
      return value.at("single").error("expected only the sequence \"A\", found \"B\"");
    }
  }
  return make_template_processing(std::move(single), std::move(pair));
}

}  // namespace inlay::text
