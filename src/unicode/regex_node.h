// The syntax tree of a regular expression: between the parser and the compiler.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/status.h"
#include "unicode/char_set.h"

namespace inlay::unicode {

struct RegexNode {
  enum class Kind : uint8_t {
    kCharacter,     // `c`, of any case where `fold`
    kSet,           // one character of `set`
    kSequence,      // the children, one behind the other; none: the empty text
    kAlternatives,  // the first child that leads to a match
    kCapture,       // the child; its text is group `number`
    kRepeat,        // the child `min` to `max` times
    kAtomic,        // the child, of which no other match is tried
    kLook,          // the child matches here, and nothing is consumed
    kReference,     // the text of one of `groups`, the last of them that has one
    kAssert,        // a place
    kKeep,          // the match begins here
    kNewline,       // \R
    kGrapheme       // \X
  };
  enum class Assert : uint8_t {
    kLineBegin,
    kLineEnd,
    kTextBegin,
    kTextEnd,
    kTextEndOrNewline,
    kSearchBegin,
    kWordBoundary,
    kNoWordBoundary,
    kGraphemeBoundary,
    kNoGraphemeBoundary
  };
  static constexpr uint32_t kForever = UINT32_MAX;

  Kind kind = Kind::kSequence;
  std::vector<std::unique_ptr<RegexNode>> children = {};
  char32_t c = 0;
  bool fold = false;
  CharSet set = {};
  uint32_t number = 0;
  uint32_t min = 0, max = 0;
  bool lazy = false;
  bool possessive = false;
  bool behind = false, negative = false;  // of kLook
  Assert place = Assert::kTextBegin;
  bool ascii = false;  // of word boundaries
  std::vector<uint32_t> groups = {};
};

struct RegexTree {
  std::unique_ptr<RegexNode> root;
  uint32_t groups = 0;  // their numbers are 1 to groups
};

// Fails with kInvalidArgument for a pattern that is none and kUnsupported for what is not there,
// naming the byte.
Result<RegexTree> parse_regex(std::string_view pattern);
// A pattern in RE2's syntax that must match a whole text. Greedy and lazy repetitions are one. Fails the same way.
Result<RegexTree> parse_re2_full_match(std::string_view pattern);

}  // namespace inlay::unicode
