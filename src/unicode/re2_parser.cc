// RE2's syntax (google/re2, doc/syntax.txt) as recursive descent. Whether a whole text matches does not depend on
// which match is tried first, so that greedy and lazy are one, and a backtracking engine finds what RE2 finds.
#include <array>
#include <string>

#include "base/format.h"
#include "base/utf8.h"
#include "unicode/regex_node.h"

namespace inlay::unicode {
namespace {

using Node = RegexNode;
using Kind = RegexNode::Kind;
using NodePtr = std::unique_ptr<RegexNode>;

constexpr int kMaxDepth = 250;
constexpr uint32_t kMaxRepeat = 1000;

NodePtr make(Kind kind) {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  return node;
}

NodePtr make_set(CharSet set) {
  NodePtr node = make(Kind::kSet);
  node->set = std::move(set);
  return node;
}

NodePtr make_place(Node::Assert place) {
  NodePtr node = make(Kind::kAssert);
  node->place = place;
  node->ascii = true;
  return node;
}

struct NamedRanges {
  std::string_view name;
  std::array<CharSet::Range, 4> ranges;  // those behind the last are of U+0000 to U+0000
};

// Classes of ASCII, by name in [[:…:]] and by letter behind a backslash.
constexpr NamedRanges kClasses[] = {
    {"alnum", {{{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}}},
    {"alpha", {{{'A', 'Z'}, {'a', 'z'}}}},
    {"ascii", {{{0, 0x7F}}}},
    {"blank", {{{'\t', '\t'}, {' ', ' '}}}},
    {"cntrl", {{{0, 0x1F}, {0x7F, 0x7F}}}},
    {"d", {{{'0', '9'}}}},
    {"digit", {{{'0', '9'}}}},
    {"graph", {{{'!', '~'}}}},
    {"lower", {{{'a', 'z'}}}},
    {"print", {{{' ', '~'}}}},
    {"punct", {{{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}}},
    {"s", {{{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}}}},
    {"space", {{{'\t', '\r'}, {' ', ' '}}}},
    {"upper", {{{'A', 'Z'}}}},
    {"w", {{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}}},
    {"word", {{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}}},
    {"xdigit", {{{'0', '9'}, {'A', 'F'}, {'a', 'f'}}}},
};

std::optional<CharSet> ascii_class(std::string_view name) {
  for (const NamedRanges& entry : kClasses) {
    if (entry.name != name) continue;
    CharSet set;
    for (size_t i = 0; i < entry.ranges.size(); ++i)
      if (i == 0 || entry.ranges[i].last != 0) set.add(entry.ranges[i].first, entry.ranges[i].last);
    return set;
  }
  return {};
}

class Re2Parser {
 public:
  explicit Re2Parser(std::string_view pattern) : pattern_(pattern) {}

  Result<RegexTree> parse() {
    if (const size_t bad = utf8_error(pattern_); bad != pattern_.npos) {
      at_ = bad;
      return fail("expected UTF-8");
    }
    INLAY_ASSIGN(NodePtr inner, alternatives());
    if (!done()) return fail("expected a group that ends here, found none");
    RegexTree tree;
    tree.root = make(Kind::kSequence);
    tree.root->children.push_back(make_place(Node::Assert::kTextBegin));
    tree.root->children.push_back(std::move(inner));
    tree.root->children.push_back(make_place(Node::Assert::kTextEnd));
    return tree;
  }

 private:
  struct Flags {
    bool fold = false, lines = false, dot_all = false;
  };

  bool done() const { return at_ >= pattern_.size(); }
  char peek(size_t ahead = 0) const {
    return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : '\0';
  }
  bool take(std::string_view text) {
    if (!pattern_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }
  Status fail(std::string_view what) const { return invalid("byte {}: {}", at_, what); }
  Status refuse(std::string_view what) const {
    return unsupported("byte {}: {} is not supported", at_, what);
  }

  Result<NodePtr> alternatives();
  Result<NodePtr> sequence();
  Result<NodePtr> piece(NodePtr& previous, bool& repeatable);
  Status repeat(NodePtr& node, uint32_t min, uint32_t max, bool& repeatable);
  Result<bool> counted(NodePtr& node, bool& repeatable);
  Result<NodePtr> group();
  Status set_flags(Flags& flags);
  Result<NodePtr> escape();
  Result<CharSet> bracket();
  Result<char32_t> bracket_character();
  Result<std::optional<CharSet>> class_escape(char letter);
  Result<CharSet> property(bool negative);
  Result<char32_t> character_escape();
  Result<char32_t> hexadecimal();

  char32_t character() {
    const size_t length = utf8_sequence_length(pattern_.substr(at_));
    const char32_t c = utf8_decode(pattern_.substr(at_), length);
    at_ += length;
    return c;
  }
  NodePtr literal(char32_t c) const { return of_set(CharSet(c, c)); }
  NodePtr of_set(CharSet set) const {
    if (flags_.fold) set.add_case();
    return make_set(std::move(set));
  }
  NodePtr line_place(bool begin) const;

  std::string_view pattern_;
  size_t at_ = 0;
  Flags flags_;
  int depth_ = 0;
};

// With (?m) the begin or end of a line, else of the text.
NodePtr Re2Parser::line_place(bool begin) const {
  NodePtr text = make_place(begin ? Node::Assert::kTextBegin : Node::Assert::kTextEnd);
  if (!flags_.lines) return text;
  NodePtr look = make(Kind::kLook);
  look->behind = begin;
  look->children.push_back(make_set(CharSet('\n', '\n')));
  NodePtr either = make(Kind::kAlternatives);
  either->children.push_back(std::move(text));
  either->children.push_back(std::move(look));
  return either;
}

Result<NodePtr> Re2Parser::alternatives() {
  if (++depth_ > kMaxDepth) return fail("groups are nested too deeply");
  NodePtr all = make(Kind::kAlternatives);
  do {
    INLAY_ASSIGN(NodePtr one, sequence());
    all->children.push_back(std::move(one));
  } while (take("|"));
  --depth_;
  if (all->children.size() == 1) return std::move(all->children[0]);
  return all;
}

Result<NodePtr> Re2Parser::sequence() {
  NodePtr all = make(Kind::kSequence);
  NodePtr last;  // what a repetition would repeat
  bool repeatable = false;
  while (!done() && peek() != '|' && peek() != ')') {
    INLAY_ASSIGN(NodePtr next, piece(last, repeatable));
    if (!next) continue;
    if (last) all->children.push_back(std::move(last));
    last = std::move(next);
  }
  if (last) all->children.push_back(std::move(last));
  return all;
}

// The next part; none where `previous` was repeated or only flags were set.
Result<NodePtr> Re2Parser::piece(NodePtr& previous, bool& repeatable) {
  const char c = peek();
  if (c == '*' || c == '+' || c == '?') {
    ++at_;
    INLAY_TRY(repeat(previous, c == '+' ? 1 : 0, c == '?' ? 1 : Node::kForever, repeatable));
    return NodePtr();
  }
  if (c == '{') {
    INLAY_ASSIGN(const bool was, counted(previous, repeatable));
    if (was) return NodePtr();
  }
  repeatable = true;
  switch (c) {
    case '(': {
      INLAY_ASSIGN(NodePtr made, group());
      return made;
    }
    case '[': {
      INLAY_ASSIGN(CharSet set, bracket());
      return make_set(std::move(set));
    }
    case '\\': return escape();
    case '.': {
      ++at_;
      CharSet set(0, CharSet::kLast);
      if (!flags_.dot_all) {
        set = CharSet('\n', '\n');
        set.invert();
      }
      return make_set(std::move(set));
    }
    case '^': ++at_; return line_place(true);
    case '$': ++at_; return line_place(false);
    default: return literal(character());
  }
}

Status Re2Parser::repeat(NodePtr& node, uint32_t min, uint32_t max, bool& repeatable) {
  if (!node) return fail("expected something to repeat, found none");
  if (!repeatable) return fail("expected something to repeat, found a repetition");
  take("?");  // lazy
  repeatable = false;
  NodePtr made = make(Kind::kRepeat);
  made->min = min;
  made->max = max;
  made->children.push_back(std::move(node));
  node = std::move(made);
  return Status();
}

// {n}, {n,} or {n,m}; anything else is text.
Result<bool> Re2Parser::counted(NodePtr& node, bool& repeatable) {
  size_t at = at_ + 1;
  const auto number = [&](uint32_t& value) {
    const size_t begin = at;
    for (value = 0; at < pattern_.size() && pattern_[at] >= '0' && pattern_[at] <= '9'; ++at)
      value = std::min<uint32_t>(value * 10 + static_cast<uint32_t>(pattern_[at] - '0'),
                                 kMaxRepeat + 1);
    return at > begin;
  };
  const auto at_is = [&](char c) { return at < pattern_.size() && pattern_[at] == c; };
  uint32_t min = 0, max = 0;
  if (!number(min)) return false;
  max = min;
  if (at_is(',')) {
    ++at;
    if (!number(max)) max = Node::kForever;
  }
  if (!at_is('}')) return false;
  if (min > kMaxRepeat || (max != Node::kForever && (max > kMaxRepeat || max < min)))
    return fail("expected counts of 0 to 1000 in order");
  at_ = at + 1;
  INLAY_TRY(repeat(node, min, max, repeatable));
  return true;
}

Result<NodePtr> Re2Parser::group() {
  ++at_;
  const Flags outer = flags_;
  if (take("?P<") || take("?<")) {
    if (peek() == '=' || peek() == '!') return refuse("look-behind");
    const size_t end = pattern_.find('>', at_);
    if (end == pattern_.npos || end == at_) return fail("expected a name and '>'");
    at_ = end + 1;
  } else if (take("?")) {
    Flags inner = flags_;
    INLAY_TRY(set_flags(inner));
    flags_ = inner;
    if (take(")")) return NodePtr();  // for the rest of the group around it
    take(":");
  }
  INLAY_ASSIGN(NodePtr inside, alternatives());
  if (!take(")")) return fail("expected ')'");
  flags_ = outer;
  return inside;
}

// Up to ')' or ':', which stays.
Status Re2Parser::set_flags(Flags& flags) {
  bool on = true;
  for (; peek() != ')' && peek() != ':'; ++at_) {
    switch (peek()) {
      case 'i': flags.fold = on; break;
      case 'm': flags.lines = on; break;
      case 's': flags.dot_all = on; break;
      case 'U': break;  // greedy or lazy: the same here
      case '-':
        if (!on) return fail("expected one '-'");
        on = false;
        break;
      default: return fail("expected flags of imsU, ':' or ')'");
    }
  }
  return Status();
}

Result<NodePtr> Re2Parser::escape() {
  const char letter = peek(1);
  if (letter == 'C') return refuse("\\C");
  for (const auto& [c, place] :
       {std::pair('A', Node::Assert::kTextBegin), std::pair('z', Node::Assert::kTextEnd),
        std::pair('b', Node::Assert::kWordBoundary), std::pair('B', Node::Assert::kNoWordBoundary)})
    if (letter == c) {
      at_ += 2;
      return make_place(place);
    }
  if (take("\\Q")) {
    NodePtr all = make(Kind::kSequence);
    while (!done() && !take("\\E")) all->children.push_back(literal(character()));
    return all;
  }
  INLAY_ASSIGN(std::optional<CharSet> set, class_escape(letter));
  if (set) return of_set(std::move(*set));
  INLAY_ASSIGN(const char32_t c, character_escape());
  return literal(c);
}

// \d and its like, and properties; none for what is one character.
Result<std::optional<CharSet>> Re2Parser::class_escape(char letter) {
  if (letter == 'p' || letter == 'P') {
    at_ += 2;
    INLAY_ASSIGN(CharSet set, property(letter == 'P'));
    return std::optional(std::move(set));
  }
  const bool negative = letter == 'D' || letter == 'S' || letter == 'W';
  const char lower = negative ? static_cast<char>(letter + 32) : letter;
  if (lower != 'd' && lower != 's' && lower != 'w') return std::optional<CharSet>();
  at_ += 2;
  std::optional<CharSet> set = ascii_class({&lower, 1});
  if (negative) set->invert();
  return set;
}

// Behind \p or \P: a letter, {Name} or {^Name}.
Result<CharSet> Re2Parser::property(bool negative) {
  std::string_view name = pattern_.substr(at_, 1);
  size_t end = at_ + 1;
  if (take("{")) {
    if (take("^")) negative = !negative;
    end = pattern_.find('}', at_);
    if (end == pattern_.npos) return fail("expected '}'");
    name = pattern_.substr(at_, end - at_);
    ++end;
  }
  std::optional<CharSet> set = name == "Any" ? CharSet(0, CharSet::kLast) : CharSet::property(name);
  if (!set || name.empty()) return fail("expected a category or a script");
  at_ = end;
  if (negative) set->invert();
  return std::move(*set);
}

Result<char32_t> Re2Parser::hexadecimal() {
  char32_t value = 0;
  const bool braces = take("{");
  const size_t begin = at_;
  for (; !done() && (braces || at_ < begin + 2); ++at_) {
    const char c = peek();
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) break;
    value = value * 16 + static_cast<char32_t>(digit);
    if (value > CharSet::kLast) return fail("expected a code point");
  }
  if (at_ == begin || (!braces && at_ < begin + 2) || (braces && !take("}")))
    return fail("expected two hexadecimal digits, or some in braces");
  return value;
}

Result<char32_t> Re2Parser::character_escape() {
  constexpr std::string_view kLetters = "afnrtv", kMeanings = "\a\f\n\r\t\v";
  ++at_;
  if (done()) return fail("expected a character behind '\\'");
  if (take("x")) return hexadecimal();
  const char c = peek();
  if (const size_t i = kLetters.find(c); i != kLetters.npos) {
    ++at_;
    return static_cast<char32_t>(kMeanings[i]);
  }
  const auto is_octal = [&](size_t ahead) { return peek(ahead) >= '0' && peek(ahead) <= '7'; };
  if (c == '0' || (is_octal(0) && is_octal(1))) {
    char32_t value = 0;
    for (int digits = 0; digits < 3 && is_octal(0); ++digits, ++at_)
      value = value * 8 + static_cast<char32_t>(peek() - '0');
    return value;
  }
  const bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  if (word) return c >= '1' && c <= '9' ? refuse("a back reference") : fail("expected an escape");
  return character();
}

Result<char32_t> Re2Parser::bracket_character() {
  if (done()) return fail("expected ']'");
  if (peek() == '\\') return character_escape();
  return character();
}

Result<CharSet> Re2Parser::bracket() {
  ++at_;
  const bool negative = take("^");
  CharSet all;
  for (bool first = true; first || peek() != ']'; first = false) {
    if (done()) return fail("expected ']'");
    if (peek() == '[' && peek(1) == ':') {
      const size_t end = pattern_.find(":]", at_ + 2);
      if (end != pattern_.npos) {
        const bool inverted = peek(2) == '^';
        const size_t begin = at_ + (inverted ? 3 : 2);
        auto named = ascii_class(begin <= end ? pattern_.substr(begin, end - begin) : "");
        if (!named || pattern_.substr(begin, end - begin).size() == 1)
          return fail("expected the name of a class");
        if (inverted) named->invert();
        all.add(*named);
        at_ = end + 2;
        continue;
      }
    }
    if (peek() == '\\') {
      INLAY_ASSIGN(const std::optional<CharSet> set, class_escape(peek(1)));
      if (set) {
        all.add(*set);
        continue;
      }
    }
    INLAY_ASSIGN(const char32_t low, bracket_character());
    char32_t high = low;
    if (peek() == '-' && peek(1) != ']') {
      ++at_;
      INLAY_ASSIGN(high, bracket_character());
      if (high < low) return fail("expected a range in order");
    }
    all.add(low, high);
  }
  ++at_;
  if (flags_.fold) all.add_case();
  if (negative) all.invert();
  return all;
}

}  // namespace

Result<RegexTree> parse_re2_full_match(std::string_view pattern) {
  return Re2Parser(pattern).parse();
}

}  // namespace inlay::unicode
