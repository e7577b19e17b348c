#include "text/decode_stream.h"

namespace inlay::text {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";  // also of a character that has just begun

}  // namespace

Result<std::string> DecodeStream::decode(std::span<const uint32_t> ids) const {
  return tokenizer_->decode(ids, skip_special_);
}

Result<std::string> DecodeStream::push(std::span<const uint32_t> ids) {
  std::vector<uint32_t> all = ids_;
  all.insert(all.end(), ids.begin(), ids.end());
  INLAY_ASSIGN(std::string text, decode(all));
  const bool is_whole = text.size() > text_.size() && !text.ends_with(kReplacement);
  if (!is_whole) {
    ids_ = std::move(all);
    return std::string();
  }
  if (!text.starts_with(text_)) {
    return invalid("decoding: expected text that begins with {}, found {}", quote(text_),
                   quote(text));
  }
  std::string added = text.substr(text_.size());
  // What was new becomes the context of what comes next.
  all.erase(all.begin(), all.begin() + static_cast<ptrdiff_t>(given_));
  INLAY_ASSIGN(text_, decode(all));
  given_ = all.size();
  ids_ = std::move(all);
  return added;
}

Result<std::string> DecodeStream::flush() {
  INLAY_ASSIGN(const std::string text, decode(ids_));
  std::string rest = text.starts_with(text_) ? text.substr(text_.size()) : std::string();
  reset();
  return rest;
}

void DecodeStream::reset() {
  ids_.clear();
  given_ = 0;
  text_.clear();
}

}  // namespace inlay::text
