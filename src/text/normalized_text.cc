#include "text/normalized_text.h"

#include <algorithm>

#include "base/utf8.h"
#include "text/byte_alphabet.h"
#include "unicode/case.h"

namespace inlay::text {

Status check_growth(uint64_t bytes, uint64_t original) {
  const uint64_t most = std::min<uint64_t>(256 * original + (1 << 20), UINT32_MAX - 1);
  if (bytes <= most) return Status();
  return out_of_memory("text: expected at most {} bytes made of {}, found {}", most, original,
                       bytes);
}

NormalizedText::NormalizedText(std::string_view original, uint32_t begin)
    : text_(original), begin_(begin), original_bytes_(original.size()) {
  origins_.reserve(original.size());
  for (size_t i = 0; i < original.size();) {
    const size_t length = utf8_sequence_length(original.substr(i));
    const auto from = static_cast<uint32_t>(begin + i);
    origins_.insert(origins_.end(), length, {from, static_cast<uint32_t>(from + length)});
    i += length;
  }
}

NormalizedText::NormalizedText(std::string_view text, std::span<const Offset> origins)
    : text_(text),
      origins_(origins.begin(), origins.end()),
      begin_(origins.empty() ? 0 : origins[0].begin),
      original_bytes_(text.size()) {}

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
    Offset origin{begin_, begin_};
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

void NormalizedText::prepend(std::string_view prefix) {
  if (text_.empty()) return;
  if (prefix.empty()) {
    // The peer's rule: the first character is then taken for an insertion at the very begin.
    const size_t length = utf8_sequence_length(text_);
    std::fill_n(origins_.begin(), length, Offset{begin_, begin_});
    return;
  }
  text_.insert(0, prefix);
  origins_.insert(origins_.begin(), prefix.size(), origins_[0]);
}

void NormalizedText::replace(std::span<const Match> matches, std::string_view content) {
  std::string text;
  std::vector<Offset> origins;
  size_t done = 0;
  const auto keep_until = [&](size_t end) {
    text.append(text_, done, end - done);
    origins.insert(origins.end(), origins_.begin() + static_cast<ptrdiff_t>(done),
                   origins_.begin() + static_cast<ptrdiff_t>(end));
  };
  for (const Match& m : matches) {
    if (!m.is_match) continue;
    keep_until(m.begin);
    text += content;
    origins.resize(text.size(), m.end > 0 ? origins_[m.end - 1] : Offset{begin_, begin_});
    done = m.end;
  }
  keep_until(text_.size());
  text_ = std::move(text);
  origins_ = std::move(origins);
}

void NormalizedText::map_bytes() {
  std::string text;
  std::vector<Offset> origins;
  text.reserve(2 * text_.size());
  origins.reserve(2 * text_.size());
  for (size_t i = 0; i < text_.size(); ++i) {
    utf8_append(text, kByteAlphabet.character[static_cast<unsigned char>(text_[i])]);
    origins.resize(text.size(), origins_[i]);
  }
  text_ = std::move(text);
  origins_ = std::move(origins);
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
