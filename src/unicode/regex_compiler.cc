#include <algorithm>

#include "unicode/fold.h"
#include "unicode/regex_program.h"

namespace inlay::unicode {
namespace {

using Node = RegexNode;
using Kind = RegexNode::Kind;
using Op = RegexInstruction::Op;
using Program = Regex::Program;

constexpr size_t kMaxInstructions = 200000;
constexpr uint64_t kForever = Node::kForever;

// How many characters a node consumes; kForever: any number.
struct Length {
  uint64_t min = 0, max = 0;
};

uint64_t clipped(uint64_t length) { return std::min(length, kForever); }

Length sum(Length a, Length b) { return {clipped(a.min + b.min), clipped(a.max + b.max)}; }

Length length_of(const Node& node) {
  switch (node.kind) {
    case Kind::kCharacter: return {1, node.fold ? uint64_t{3} : uint64_t{1}};
    case Kind::kSet: return {1, 1};
    case Kind::kNewline: return {1, 2};
    case Kind::kGrapheme: return {1, kForever};
    case Kind::kReference: return {0, kForever};
    case Kind::kLook:
    case Kind::kAssert:
    case Kind::kKeep: return {0, 0};
    case Kind::kAlternatives: {
      Length all{kForever, 0};
      for (const auto& child : node.children) {
        const Length one = length_of(*child);
        all = {std::min(all.min, one.min), std::max(all.max, one.max)};
      }
      return all;
    }
    case Kind::kRepeat: {
      const Length one = length_of(*node.children[0]);
      const bool endless = one.max > 0 && (node.max == kForever || one.max == kForever);
      return {clipped(one.min * node.min), endless ? kForever : clipped(one.max * node.max)};
    }
    default: {
      Length all;
      for (const auto& child : node.children) all = sum(all, length_of(*child));
      return all;
    }
  }
}

// With case ignored a text may become shorter: "ss" is one ß.
bool folds(const Node& node) {
  return node.fold || std::any_of(node.children.begin(), node.children.end(),
                                  [](const auto& child) { return folds(*child); });
}

void collect_references(const Node& node, std::vector<bool>& wanted) {
  for (const uint32_t group : node.groups) wanted[group] = true;
  for (const auto& child : node.children) collect_references(*child, wanted);
}

class Compiler {
 public:
  explicit Compiler(const RegexTree& tree) : tree_(tree), wanted_(tree.groups + 1) {}

  Result<std::unique_ptr<Program>> run() {
    collect_references(*tree_.root, wanted_);
    program_->slots = 2 * (tree_.groups + 1);
    INLAY_TRY(emit(*tree_.root));
    add(Op::kMatch);
    program_->may_be_empty = first(*tree_.root);
    return std::move(program_);
  }

 private:
  uint32_t here() const { return static_cast<uint32_t>(program_->code.size()); }
  uint32_t add(Op op, uint32_t a = 0, uint32_t b = 0) {
    program_->code.push_back({op, a, b});
    return here() - 1;
  }
  uint32_t new_slot() { return program_->slots++; }
  uint32_t new_cut() { return program_->cuts++; }
  template <class T>
  static uint32_t put(std::vector<T>& list, T value) {
    list.push_back(std::move(value));
    return static_cast<uint32_t>(list.size() - 1);
  }
  uint32_t add_set(const CharSet& set) {
    const auto found = std::find(program_->sets.begin(), program_->sets.end(), set);
    if (found != program_->sets.end()) {
      return static_cast<uint32_t>(found - program_->sets.begin());
    }
    return put(program_->sets, set);
  }

  Status emit(const Node& node) {
    if (program_->code.size() > kMaxInstructions) {
      return unsupported("expected a regular expression of at most {} steps", kMaxInstructions);
    }
    switch (node.kind) {
      case Kind::kCharacter: return emit_text({&node});
      case Kind::kSet: add(Op::kSet, add_set(node.set)); return Status();
      case Kind::kSequence: return emit_sequence(node);
      case Kind::kAlternatives: return emit_alternatives(node);
      case Kind::kCapture: return emit_capture(node);
      case Kind::kRepeat: return emit_repeat(node);
      case Kind::kAtomic: return emit_atomic(*node.children[0]);
      case Kind::kLook: return emit_look(node);
      case Kind::kReference:
        add(Op::kReference, put(program_->references, {node.groups, node.fold}));
        return Status();
      case Kind::kAssert:
        if (program_->words.empty()) program_->words = CharSet::type('w');
        add(Op::kAssert, static_cast<uint32_t>(node.place), node.ascii);
        return Status();
      case Kind::kKeep: add(Op::kKeep); return Status();
      case Kind::kNewline: add(Op::kNewline); return Status();
      case Kind::kGrapheme: add(Op::kGrapheme); return Status();
    }
    return Status();
  }

  Status emit_sequence(const Node& node) {
    for (size_t i = 0; i < node.children.size();) {
      std::vector<const Node*> text;
      while (i < node.children.size() && node.children[i]->kind == Kind::kCharacter) {
        text.push_back(node.children[i++].get());
      }
      if (text.empty()) {
        INLAY_TRY(emit(*node.children[i++]));
      } else {
        INLAY_TRY(emit_text(text));
      }
    }
    return Status();
  }

  void emit_character(char32_t c, bool fold) {
    if (!fold) {
      add(Op::kCharacter, static_cast<uint32_t>(c));
      return;
    }
    CharSet set(c, c);
    set.add_case();
    if (set.ranges().size() == 1 && set.ranges()[0] == CharSet::Range{c, c}) {
      add(Op::kCharacter, static_cast<uint32_t>(c));
    } else {
      add(Op::kSet, add_set(set));
    }
  }

  // A way to match text[at, at + taken): one character of `set`, or the text `spelled`.
  struct Way {
    size_t taken;
    CharSet set;
    std::u32string_view spelled;
  };

  static std::vector<Way> other_ways(const std::vector<const Node*>& text, size_t at) {
    std::vector<Way> ways;
    CharSet same(text[at]->c, text[at]->c);
    same.add_case();
    for_each_long_fold([&](char32_t c, std::u32string_view spelled) {
      if (same.contains(c)) ways.push_back({1, {}, spelled});
      if (at + spelled.size() > text.size() || !same.contains(spelled[0])) return;
      for (size_t i = 1; i < spelled.size(); ++i) {
        const Node& node = *text[at + i];
        if (!node.fold || !equal_ignoring_case(node.c, spelled[i])) return;
      }
      ways.push_back({spelled.size(), CharSet(c, c), {}});
    });
    return ways;
  }

  // Characters one behind the other. Where case is ignored, a character may be spelled by several
  // and several by one: a way that takes several goes on at the code of the place behind them, which
  // is there once.
  Status emit_text(const std::vector<const Node*>& text) {
    std::vector<std::vector<uint32_t>> jumps(text.size() + 1);  // to each place
    const auto begin_place = [&](size_t at) {
      for (const uint32_t jump : jumps[at]) program_->code[jump].a = here();
    };
    for (size_t at = 0; at < text.size(); ++at) {
      begin_place(at);
      const Node& node = *text[at];
      std::vector<Way> ways;
      if (node.fold) ways = other_ways(text, at);
      for (const Way& way : ways) {
        const uint32_t split = add(Op::kSplit);
        program_->code[split].a = here();
        if (way.spelled.empty()) {
          add(Op::kSet, add_set(way.set));
        } else {
          for (const char32_t c : way.spelled) emit_character(c, true);
        }
        jumps[at + way.taken].push_back(add(Op::kJump));
        program_->code[split].b = here();
      }
      emit_character(node.c, node.fold);
      if (program_->code.size() > kMaxInstructions) {
        return unsupported("expected a regular expression of at most {} steps", kMaxInstructions);
      }
    }
    begin_place(text.size());
    return Status();
  }

  Status emit_alternatives(const Node& node) {
    std::vector<uint32_t> ends;
    for (size_t i = 0; i < node.children.size(); ++i) {
      const bool last = i + 1 == node.children.size();
      const uint32_t split = last ? 0 : add(Op::kSplit);
      if (!last) program_->code[split].a = here();
      INLAY_TRY(emit(*node.children[i]));
      if (last) break;
      ends.push_back(add(Op::kJump));
      program_->code[split].b = here();
    }
    for (const uint32_t end : ends) program_->code[end].a = here();
    return Status();
  }

  Status emit_capture(const Node& node) {
    const bool kept = wanted_[node.number];
    if (kept) add(Op::kSave, 2 * node.number);
    INLAY_TRY(emit(*node.children[0]));
    if (kept) add(Op::kSave, 2 * node.number + 1);
    return Status();
  }

  Status emit_atomic(const Node& body) {
    const uint32_t cut = new_cut();
    add(Op::kCut, cut);
    INLAY_TRY(emit(body));
    add(Op::kCommit, cut);
    return Status();
  }

  // A node that always is one character of a set; false for others.
  static bool single_set(const Node& node, CharSet& set) {
    if (node.kind == Kind::kSet) {
      set = node.set;
      return true;
    }
    if (node.kind == Kind::kSequence && node.children.size() == 1) {
      return single_set(*node.children[0], set);
    }
    if (node.kind != Kind::kCharacter) return false;
    set = CharSet(node.c, node.c);
    if (!node.fold) return true;
    set.add_case();
    bool is_long = false;
    for_each_long_fold([&](char32_t c, std::u32string_view) { is_long |= set.contains(c); });
    return !is_long;
  }

  Status emit_repeat(const Node& node) {
    const Node& body = *node.children[0];
    CharSet set;
    if (single_set(body, set)) {
      add(Op::kRun,
          put(program_->runs, {add_set(set), node.min, node.max, node.lazy, node.possessive}));
      return Status();
    }
    const uint32_t cut = node.possessive ? new_cut() : 0;
    if (node.possessive) add(Op::kCut, cut);
    for (uint32_t i = 0; i < node.min; ++i) INLAY_TRY(emit(body));
    if (node.max == kForever) {
      INLAY_TRY(emit_loop(body, node.lazy));
    } else {
      INLAY_TRY(emit_optional(body, node.max - node.min, node.lazy));
    }
    if (node.possessive) add(Op::kCommit, cut);
    return Status();
  }

  // A split between `body`, which follows it, and what is said later by end_split.
  uint32_t begin_split(bool lazy) {
    const uint32_t split = add(Op::kSplit);
    (lazy ? program_->code[split].b : program_->code[split].a) = here();
    return split;
  }
  void end_split(uint32_t split, bool lazy) {
    (lazy ? program_->code[split].a : program_->code[split].b) = here();
  }

  Status emit_loop(const Node& body, bool lazy) {
    const uint32_t split = begin_split(lazy);
    const bool may_be_empty = length_of(body).min == 0;
    const uint32_t slot = may_be_empty ? new_slot() : 0;
    if (may_be_empty) add(Op::kMark, slot);
    INLAY_TRY(emit(body));
    const uint32_t check = may_be_empty ? add(Op::kNoProgress, slot) : 0;
    add(Op::kJump, split);
    if (may_be_empty) program_->code[check].b = here();
    end_split(split, lazy);
    return Status();
  }

  Status emit_optional(const Node& body, uint32_t count, bool lazy) {
    std::vector<uint32_t> splits;
    for (uint32_t i = 0; i < count; ++i) {
      splits.push_back(begin_split(lazy));
      INLAY_TRY(emit(body));
    }
    for (const uint32_t split : splits) end_split(split, lazy);
    return Status();
  }

  Status emit_look(const Node& node) {
    const uint32_t cut = new_cut(), slot = new_slot();
    add(Op::kMark, slot);
    add(Op::kCut, cut);
    uint32_t split = 0;
    if (node.negative) {
      split = add(Op::kSplit);
      program_->code[split].a = here();
    }
    const Node& body = *node.children[0];
    const uint32_t outer_limit = node.behind ? new_slot() : 0;
    if (node.behind) {
      add(Op::kCopy, outer_limit, Program::kLimitSlot);
      add(Op::kCopy, Program::kLimitSlot, slot);
      Length length = length_of(body);
      if (folds(body)) length.min = std::min<uint64_t>(length.min, 1);
      add(Op::kBehind, put(program_->behinds, {slot, static_cast<uint32_t>(length.min),
                                               static_cast<uint32_t>(length.max)}));
    }
    INLAY_TRY(emit(body));
    if (node.behind) {
      add(Op::kIsHere, slot);
      add(Op::kCopy, Program::kLimitSlot, outer_limit);
    }
    if (node.negative) {
      add(Op::kFailSince, cut);
      program_->code[split].b = here();
    } else {
      add(Op::kCommit, cut);
    }
    add(Op::kReturn, slot);
    return Status();
  }

  void add_first(const CharSet& set) {
    for (const CharSet::Range& range : set.ranges()) {
      for (char32_t c = range.first; c <= range.last && c < 128; ++c)
        program_->first_bytes[c] = true;
      if (range.last < 128) continue;
      for (int byte = 0xC2; byte < 0xF5; ++byte) program_->first_bytes[byte] = true;
    }
  }

  // Adds the bytes with which a match of `node` may begin; true when it may be empty.
  bool first(const Node& node) {
    switch (node.kind) {
      case Kind::kCharacter: {
        CharSet set(node.c, node.c);
        if (node.fold) {
          set.add_case();
          set.add(128, CharSet::kLast);
          // A long fold begins with a letter of its own.
          for_each_long_fold([&](char32_t c, std::u32string_view text) {
            if (set.contains(c)) set.add(text[0], text[0]);
          });
          set.add_case();
        }
        add_first(set);
        return false;
      }
      case Kind::kSet: add_first(node.set); return false;
      case Kind::kNewline:
      case Kind::kGrapheme: add_first(CharSet(0, CharSet::kLast)); return false;
      case Kind::kSequence:
        return std::all_of(node.children.begin(), node.children.end(),
                           [&](const auto& child) { return first(*child); });
      case Kind::kAlternatives: {
        bool empty = false;
        for (const auto& child : node.children) empty |= first(*child);
        return empty;
      }
      case Kind::kRepeat: return first(*node.children[0]) || node.min == 0;
      case Kind::kCapture:
      case Kind::kAtomic: return first(*node.children[0]);
      case Kind::kReference: add_first(CharSet(0, CharSet::kLast)); return true;
      default: return true;
    }
  }

  const RegexTree& tree_;
  std::vector<bool> wanted_;
  std::unique_ptr<Program> program_ = std::make_unique<Program>();
};

}  // namespace

Result<std::unique_ptr<Regex::Program>> compile_regex(const RegexTree& tree) {
  return Compiler(tree).run();
}

}  // namespace inlay::unicode
