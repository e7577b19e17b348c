// A compiled regular expression: instructions for the matcher.
#pragma once

#include <cstdint>
#include <vector>

#include "unicode/regex.h"
#include "unicode/regex_node.h"

namespace inlay::unicode {

struct RegexInstruction {
  enum class Op : uint8_t {
    kSet,         // one character of sets[a]
    kCharacter,   // the character a
    kRun,         // runs[a]: one set again and again
    kSplit,       // goes on at a, or else at b
    kJump,        // goes on at a
    kSave,        // slots[a] = here
    kAssert,      // the place a (RegexNode::Assert); b: ASCII words
    kCut,         // cuts[a] = the height of the stack
    kCommit,      // drops what was put on the stack since kCut a
    kMark,        // slots[a] = here, put back on the way back
    kReturn,      // goes back to slots[a]
    kCopy,        // slots[a] = slots[b], put back on the way back
    kNoProgress,  // goes on at b when nothing was consumed since kMark a
    kBehind,      // behinds[a]: goes back from slots[…] and tries each distance
    kIsHere,      // fails unless slots[a] is here
    kFail,
    kFailSince,  // drops what was put on the stack since kCut a and fails
    kReference,  // references[a]
    kKeep,       // the match begins here
    kNewline,
    kGrapheme,
    kMatch
  };
  Op op;
  uint32_t a = 0, b = 0;
};

struct Regex::Program {
  struct Run {
    uint32_t set, min, max;
    bool lazy, possessive;
  };
  struct Behind {
    uint32_t slot;      // where the look-behind began
    uint32_t min, max;  // characters to go back
  };
  struct Reference {
    std::vector<uint32_t> groups;
    bool fold;
  };
  std::vector<RegexInstruction> code;
  std::vector<CharSet> sets;
  CharSet words;  // \w, where a place asks for it
  std::vector<Run> runs;
  std::vector<Behind> behinds;
  std::vector<Reference> references;
  // The text ends here for what consumes it: where a look-behind began, within it.
  static constexpr uint32_t kLimitSlot = 1;
  uint32_t slots = 0;  // where the match begins, the limit, two for each group, then others
  uint32_t cuts = 0;
  bool first_bytes[256] = {};  // with which a match may begin
  bool may_be_empty = true;    // then first_bytes says nothing
};

// Fails with kUnsupported when the program would be too large.
Result<std::unique_ptr<Regex::Program>> compile_regex(const RegexTree& tree);

}  // namespace inlay::unicode
