// The matcher: one loop over the instructions with a stack of its own for what to try next.
//
// An entry of the stack is a place to go on (kChoice), a slot to put back (kRestore), or a run of a
// set that can give a character back (kGreedy) or take one more (kLazy). Height and steps are
// bounded: no recursion, and no pattern runs for ever.
#include "unicode/regex.h"

#include <algorithm>

#include "base/utf8.h"
#include "unicode/fold.h"
#include "unicode/grapheme.h"
#include "unicode/regex_program.h"

namespace inlay::unicode {
namespace {

using Op = RegexInstruction::Op;
using Assert = RegexNode::Assert;

constexpr uint32_t kNowhere = UINT32_MAX;
constexpr size_t kMaxHeight = size_t{1} << 24;
constexpr size_t kMaxPatternBytes = size_t{1} << 20;  // popular ones have a few hundred

bool is_newline(char32_t c) {
  return (c >= 0x0A && c <= 0x0D) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

}  // namespace

struct Regex::Matcher::State {
  enum class Entry : uint8_t { kChoice, kRestore, kGreedy, kLazy, kBehind };
  struct Pending {
    Entry kind;
    uint32_t code;  // where to go on; kRestore: the slot
    uint32_t at;    // the place in the text; kRestore: the slot's value
    uint32_t more;  // kGreedy: the earliest place; kLazy, kBehind: a count
  };

  State(const Program& p, std::string_view t) : program(p), text(t), slots(p.slots), cuts(p.cuts) {}

  char32_t character(uint32_t i, uint32_t& end) const {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      end = i + 1;
      return byte;
    }
    const size_t length = utf8_sequence_length(text.substr(i));
    end = i + static_cast<uint32_t>(length);
    return utf8_decode(text.substr(i), length);
  }
  uint32_t before(uint32_t i) const {
    do --i;
    while ((text[i] & 0xC0) == 0x80);
    return i;
  }
  char32_t character_before(uint32_t i) const {
    uint32_t end = 0;
    return character(before(i), end);
  }

  uint32_t limit() const { return slots[Program::kLimitSlot]; }
  void push(Pending pending) { stack.push_back(pending); }
  void set_slot(uint32_t slot, uint32_t value) {
    push({Entry::kRestore, slot, slots[slot], 0});
    slots[slot] = value;
  }
  // Drops the choices above `height`; what restores slots stays.
  void commit(size_t height) {
    const auto begin = stack.begin() + static_cast<ptrdiff_t>(height);
    stack.erase(
        std::remove_if(begin, stack.end(),
                       [](const Pending& pending) { return pending.kind != Entry::kRestore; }),
        stack.end());
  }
  // Undoes everything above `height`.
  void undo(size_t height) {
    for (; stack.size() > height; stack.pop_back()) {
      if (stack.back().kind == Entry::kRestore) slots[stack.back().code] = stack.back().at;
    }
  }

  bool is_word(char32_t c, bool ascii) const {
    return program.words.contains(c) && (!ascii || c < 128);
  }
  bool word_boundary(bool ascii) const {
    const auto size = static_cast<uint32_t>(text.size());
    uint32_t end = 0;
    const bool left = at > 0 && is_word(character_before(at), ascii);
    const bool right = at < size && is_word(character(at, end), ascii);
    return left != right;
  }
  bool grapheme_boundary(uint32_t place) {
    if (begins.empty()) begins = grapheme_begins(text);
    return begins[place];
  }
  // To the end of the cluster around `at`; false at the end of the text.
  bool take_grapheme() {
    if (at >= limit()) return false;
    do ++at;
    while (at < limit() && !grapheme_boundary(at));
    return true;
  }
  bool holds(Assert place, bool ascii) {
    const auto size = static_cast<uint32_t>(text.size());
    switch (place) {
      case Assert::kLineBegin: return at == 0 || (text[at - 1] == '\n' && at < size);
      case Assert::kLineEnd: return at == size || text[at] == '\n';
      case Assert::kTextBegin: return at == 0;
      case Assert::kTextEnd: return at == size;
      case Assert::kTextEndOrNewline: return at == size || (at + 1 == size && text[at] == '\n');
      case Assert::kSearchBegin: return at == search_begin;
      case Assert::kWordBoundary: return word_boundary(ascii);
      case Assert::kNoWordBoundary: return !word_boundary(ascii);
      case Assert::kGraphemeBoundary: return grapheme_boundary(at);
      case Assert::kNoGraphemeBoundary: return !grapheme_boundary(at);
    }
    return false;
  }

  bool take(const CharSet& set) {
    uint32_t end = 0;
    if (at >= limit() || !set.contains(character(at, end))) return false;
    at = end;
    return true;
  }

  bool run(const Program::Run& r) {
    const CharSet& set = program.sets[r.set];
    uint32_t count = 0;
    for (; count < r.min; ++count) {
      if (!take(set)) return false;
    }
    steps += count;
    if (r.lazy) {
      if (count < r.max) push({Entry::kLazy, code, at, count});
      return true;
    }
    const uint32_t earliest = at;
    const uint32_t most = r.max;
    for (; count < most && take(set); ++count) {
    }
    steps += count;
    if (!r.possessive && at > earliest) push({Entry::kGreedy, code, at, earliest});
    return true;
  }

  bool reference(const Program::Reference& r) {
    uint32_t group = kNowhere;
    for (const uint32_t candidate : r.groups) {
      if (slots[2 * candidate] != kNowhere && slots[2 * candidate + 1] != kNowhere)
        group = candidate;
    }
    if (group == kNowhere) return false;
    const uint32_t begin = slots[2 * group], end = slots[2 * group + 1];
    if (begin > end) return false;
    steps += end - begin;
    if (!r.fold) {
      const std::string_view wanted = text.substr(begin, end - begin);
      if (!text.substr(at, limit() - at).starts_with(wanted)) return false;
      at += end - begin;
      return true;
    }
    for (uint32_t i = begin; i < end;) {
      if (at >= limit()) return false;
      uint32_t next = 0;
      const char32_t wanted = character(i, i), found = character(at, next);
      if (!equal_ignoring_case(wanted, found)) return false;
      at = next;
    }
    return true;
  }

  // Goes `count` characters back from `from`; false when the text begins before that.
  bool go_back(uint32_t from, uint32_t count) {
    for (at = from; count > 0; --count) {
      if (at == 0) return false;
      at = before(at);
    }
    return true;
  }
  bool behind(uint32_t index, uint32_t count) {
    const Program::Behind& b = program.behinds[index];
    const uint32_t from = slots[b.slot];
    if (!go_back(from, count)) return false;
    if (count < b.max && at > 0) push({Entry::kBehind, code, at, count + 1});
    return true;
  }

  bool newline() {
    if (text.substr(at, limit() - at).starts_with("\r\n")) {
      at += 2;
      return true;
    }
    uint32_t end = 0;
    if (at >= limit() || !is_newline(character(at, end))) return false;
    at = end;
    return true;
  }

  // Takes the next thing to try from the stack; false when there is none.
  bool back_track() {
    while (!stack.empty()) {
      const Pending pending = stack.back();
      stack.pop_back();
      ++steps;
      code = pending.code;
      at = pending.at;
      switch (pending.kind) {
        case Entry::kRestore: slots[pending.code] = pending.at; continue;
        case Entry::kChoice: return true;
        case Entry::kGreedy:
          at = before(at);
          if (at > pending.more) push({Entry::kGreedy, code, at, pending.more});
          ++code;
          return true;
        case Entry::kLazy: {
          const Program::Run& r = program.runs[program.code[code].a];
          if (!take(program.sets[r.set])) continue;
          if (pending.more + 1 < r.max) push({Entry::kLazy, code, at, pending.more + 1});
          ++code;
          return true;
        }
        case Entry::kBehind:
          if (!behind(program.code[code].a, pending.more)) continue;
          ++code;
          return true;
      }
    }
    return false;
  }

  // One instruction; false when it does not match. Goes on at `code`.
  bool step() {
    const RegexInstruction& i = program.code[code];
    switch (i.op) {
      case Op::kSet: return take(program.sets[i.a]) && ++code;
      case Op::kCharacter: {
        uint32_t end = 0;
        if (at >= limit() || character(at, end) != i.a) return false;
        at = end;
        return ++code;
      }
      case Op::kRun: return run(program.runs[i.a]) && ++code;
      case Op::kSplit:
        push({Entry::kChoice, i.b, at, 0});
        code = i.a;
        return true;
      case Op::kJump: code = i.a; return true;
      case Op::kSave:
      case Op::kMark: set_slot(i.a, at); return ++code;
      case Op::kAssert: return holds(static_cast<Assert>(i.a), i.b != 0) && ++code;
      case Op::kCut: cuts[i.a] = stack.size(); return ++code;
      case Op::kCommit: commit(cuts[i.a]); return ++code;
      case Op::kReturn: at = slots[i.a]; return ++code;
      case Op::kCopy: set_slot(i.a, slots[i.b]); return ++code;
      case Op::kNoProgress: code = at == slots[i.a] ? i.b : code + 1; return true;
      case Op::kBehind: return behind(i.a, program.behinds[i.a].min) && ++code;
      case Op::kIsHere: return at == slots[i.a] && ++code;
      case Op::kFail: return false;
      case Op::kFailSince: undo(cuts[i.a]); return false;
      case Op::kReference: return reference(program.references[i.a]) && ++code;
      case Op::kKeep: set_slot(0, at); return ++code;
      case Op::kNewline: return newline() && ++code;
      case Op::kGrapheme: return take_grapheme() && ++code;
      case Op::kMatch: return true;
    }
    return false;
  }

  Result<bool> match(uint32_t begin) {
    stack.clear();
    std::fill(slots.begin(), slots.end(), kNowhere);
    slots[0] = begin;
    slots[Program::kLimitSlot] = static_cast<uint32_t>(text.size());
    at = begin;
    code = 0;
    for (;;) {
      if (++steps > max_steps || stack.size() > kMaxHeight) {
        return unsupported("a regular expression takes more than {} steps at byte {} of a text",
                           max_steps, begin);
      }
      if (program.code[code].op == Op::kMatch) return true;
      if (!step() && !back_track()) return false;
    }
  }

  const Program& program;
  std::string_view text;
  std::vector<uint32_t> slots;
  std::vector<size_t> cuts;
  std::vector<Pending> stack;
  std::vector<bool> begins;  // of grapheme clusters, once they are asked for
  uint32_t at = 0, code = 0;
  uint32_t search_begin = 0;
  size_t steps = 0, max_steps = 0;
};

Regex::Regex() = default;
Regex::~Regex() = default;

Result<std::shared_ptr<const Regex>> Regex::from_tree(const RegexTree& tree) {
  INLAY_ASSIGN(auto program, compile_regex(tree));
  std::shared_ptr<Regex> regex(new Regex());
  regex->program_ = std::move(program);
  return std::shared_ptr<const Regex>(std::move(regex));
}

namespace {

Status check_size(std::string_view pattern) {
  if (pattern.size() <= kMaxPatternBytes) return Status();
  return unsupported("expected a regular expression of at most {} bytes, found {}",
                     kMaxPatternBytes, pattern.size());
}

}  // namespace

Result<std::shared_ptr<const Regex>> Regex::compile(std::string_view pattern) {
  INLAY_TRY(check_size(pattern));
  INLAY_ASSIGN(const RegexTree tree, parse_regex(pattern));
  return from_tree(tree);
}

Result<std::shared_ptr<const Regex>> Regex::compile_re2_full_match(std::string_view pattern) {
  INLAY_TRY(check_size(pattern));
  INLAY_ASSIGN(const RegexTree tree, parse_re2_full_match(pattern));
  return from_tree(tree);
}

Regex::Matcher::Matcher(const Regex& regex, std::string_view text, size_t max_steps)
    : state_(std::make_unique<State>(*regex.program_, text)) {
  state_->max_steps = max_steps + kMaxStepsPerByte * text.size();
}

Regex::Matcher::~Matcher() = default;

Result<bool> Regex::Matcher::search(size_t from, size_t& begin, size_t& end) {
  State& state = *state_;
  const Program& program = state.program;
  state.steps = 0;
  state.search_begin = static_cast<uint32_t>(from);
  for (size_t start = from; start <= state.text.size();) {
    const bool at_end = start == state.text.size();
    if (program.may_be_empty ||
        (!at_end && program.first_bytes[static_cast<unsigned char>(state.text[start])])) {
      INLAY_ASSIGN(const bool found, state.match(static_cast<uint32_t>(start)));
      if (found) {
        begin = state.slots[0];
        end = state.at;
        return true;
      }
    }
    if (at_end) break;
    start += utf8_sequence_length(state.text.substr(start));
  }
  return false;
}

}  // namespace inlay::unicode
