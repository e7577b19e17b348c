#include "text/post_processing.h"

#include <algorithm>

#include "text/components.h"

namespace inlay::text {
namespace {

void wrap_one(Encoding& e, const Wrapping& w) {
  Encoding out;
  out.reserve(w.prefix.size() + e.size() + w.suffix.size());
  for (const uint32_t id : w.prefix) out.push_special(id, w.prefix_type_id);
  const size_t begin = out.size();
  out.append(e, 0, e.size());
  std::ranges::fill(out.special_tokens_mask().subspan(begin), 0u);
  std::ranges::fill(out.attention_mask().subspan(begin), 1u);
  for (const uint32_t id : w.suffix) out.push_special(id, w.suffix_type_id);
  if (!e.spaces.empty()) {
    e.spaces.insert(e.spaces.begin(), w.prefix.size(), {});
    e.spaces.resize(out.size());
  }
  static_cast<TokenColumns&>(e) = std::move(out);
}

// `at` moved over `count` characters, at most to `limit`.
uint32_t skip_forward(std::string_view text, uint32_t at, uint32_t count, uint32_t limit) {
  for (; count > 0 && at < limit; --count) {
    at += static_cast<uint32_t>(std::max<size_t>(utf8_sequence_length(text.substr(at)), 1));
  }
  return std::min(at, limit);
}

uint32_t skip_backward(std::string_view text, uint32_t at, uint32_t count, uint32_t limit) {
  for (; count > 0 && at > limit; --count) {
    do --at;
    while (at > limit && (text[at] & 0xC0) == 0x80);
  }
  return std::max(at, limit);
}

void trim_one(Encoding& e, const Source& source, bool add_prefix_space) {
  if (e.spaces.size() != e.size() || !e.with_offsets) return;
  for (size_t i = 0; i < e.size(); ++i) {
    if (e.word_ids()[i] == kNoWord) continue;
    const std::string_view text = source.text(e.word_ids()[i]);
    Offset& offset = e.offsets()[i];
    if (offset.end > text.size()) continue;
    const bool is_first = i == 0 || offset.begin == 0;
    trim_offset(offset, e.spaces[i], text, is_first && add_prefix_space);
  }
}

}  // namespace

PostProcessor::Frame frame_of(const Wrapping& wrapping) {
  const auto side = [](const std::vector<uint32_t>& ids, uint32_t type_id) {
    return PostProcessor::Frame::Side{{ids.begin(), ids.end()},
                                      std::vector<uint32_t>(ids.size(), type_id)};
  };
  return {.prefix = side(wrapping.prefix, wrapping.prefix_type_id),
          .suffix = side(wrapping.suffix, wrapping.suffix_type_id)};
}

void wrap(Encoding& encoding, const Wrapping& wrapping) {
  wrap_one(encoding, wrapping);
  for (Encoding& window : encoding.overflowing) wrap_one(window, wrapping);
}

void trim_offset_of_any(Offset& o, Spaces spaces, std::string_view text) {
  const auto [leading, trailing] = spaces;
  o.begin = skip_forward(text, o.begin, leading, o.end);
  // Characters have at most four bytes.
  const auto has_as_many = [&] {
    return o.end / 4 >= trailing || count_characters(text.substr(0, o.end)) >= trailing;
  };
  if (trailing > 0 && has_as_many()) o.end = skip_backward(text, o.end, trailing, o.begin);
}

void trim_offsets(Part& part, bool add_prefix_space) {
  if (!part.source) return;
  trim_one(part.encoding, *part.source, add_prefix_space);
  for (Encoding& window : part.encoding.overflowing) {
    trim_one(window, *part.source, add_prefix_space);
  }
}

Result<Encoding> join(std::vector<Part> parts) {
  const auto forget_spaces = [](Encoding& e) { e.spaces = {}; };
  Encoding out;
  bool first = true;
  for (Part& part : parts) {
    forget_spaces(part.encoding);  // special tokens have none: columns would differ in length
    for (Encoding& window : part.encoding.overflowing) forget_spaces(window);
    if (first) {
      out = std::move(part.encoding);
    } else {
      INLAY_TRY(append(out, part.encoding));
    }
    first = false;
  }
  return out;
}

Result<uint32_t> parse_token_pair(const json::Value& value) {
  if (!value.is_array() || value.size() != 2) return value.error("expected [token, id]");
  INLAY_TRY(value.at(size_t{0}).expect(json::Kind::kString));
  return parse_token_id(value.at(size_t{1}));
}

}  // namespace inlay::text
