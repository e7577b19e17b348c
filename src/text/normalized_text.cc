#include "text/normalized_text.h"

#include "base/utf8.h"
#include "unicode/case.h"

namespace inlay::text {

NormalizedText::NormalizedText(std::string_view original, uint32_t begin) : text_(original) {
  origins_.reserve(original.size());
  for (size_t i = 0; i < original.size();) {
    const size_t length = utf8_sequence_length(original.substr(i));
    const auto from = static_cast<uint32_t>(begin + i);
    origins_.insert(origins_.end(), length, {from, static_cast<uint32_t>(from + length)});
    i += length;
  }
}

Offset NormalizedText::origin(size_t begin, size_t end) const {
  return {origins_[begin].begin, origins_[end - 1].end};
}

void NormalizedText::transform(std::span<const unicode::Mapped> changed, size_t removed) {
  size_t position = 0;  // in text_: the next character to stand for
  const auto skip = [&](size_t count) {
    for (; count > 0 && position < text_.size(); --count) {
      position += utf8_sequence_length(std::string_view(text_).substr(position));
    }
  };
  skip(removed);
  std::string text;
  std::vector<Offset> origins;
  text.reserve(text_.size());
  origins.reserve(text_.size());
  for (const unicode::Mapped& m : changed) {
    Offset origin;
    if (m.change <= 0) {
      origin = origins_[position];
      skip(1 + static_cast<size_t>(-m.change));
    } else if (position > 0) {
      origin = origins_[position - 1];
    }
    utf8_append(text, m.c);
    origins.resize(text.size(), origin);
  }
  text_ = std::move(text);
  origins_ = std::move(origins);
}

void NormalizedText::normalize(unicode::Form form) {
  std::vector<unicode::Mapped> changed;
  unicode::normalize(characters(), form, changed);
  transform(changed);
}

void NormalizedText::lowercase() {
  std::vector<unicode::Mapped> changed;
  for (const char32_t c : characters()) {
    changed.push_back({unicode::to_lower(c), 0});
    if (c == unicode::kDottedCapitalI) changed.push_back({unicode::kCombiningDotAbove, 1});
  }
  transform(changed);
}

std::u32string NormalizedText::characters() const {
  std::u32string out;
  out.reserve(text_.size());
  for (size_t i = 0; i < text_.size();) {
    const std::string_view rest = std::string_view(text_).substr(i);
    const size_t length = utf8_sequence_length(rest);
    out += utf8_decode(rest, length);
    i += length;
  }
  return out;
}

}  // namespace inlay::text
