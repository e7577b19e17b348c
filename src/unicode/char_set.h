// A set of code points, for regular expressions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace inlay::unicode {

class CharSet {
 public:
  struct Range {
    char32_t first, last;
    bool operator==(const Range&) const = default;
  };
  static constexpr char32_t kLast = 0x10FFFF;

  CharSet() = default;
  CharSet(char32_t first, char32_t last) { add(first, last); }

  // A property by its name as Oniguruma compares them: without case, spaces, '-' and '_'; none when
  // it has no such property.
  static std::optional<CharSet> property(std::string_view name);
  // \w, \d, \s or \h, by its letter.
  static CharSet type(char letter);

  void add(char32_t first, char32_t last);
  void add(const CharSet& other);
  void intersect(const CharSet& other);
  void invert();
  // Adds every character that is equal to one of the set when case is ignored.
  void add_case();

  bool contains(char32_t c) const {
    if (c < 128) return (ascii_[c >> 6] >> (c & 63) & 1) != 0;
    return contains_rare(c);
  }
  bool empty() const { return ranges_.empty(); }
  const std::vector<Range>& ranges() const { return ranges_; }  // in order, apart
  bool operator==(const CharSet& other) const { return ranges_ == other.ranges_; }

 private:
  bool contains_rare(char32_t c) const;
  void set(std::vector<Range> ranges);

  std::vector<Range> ranges_;
  uint64_t ascii_[2] = {};
};

}  // namespace inlay::unicode
