// Oniguruma's own syntax (doc/RE of Oniguruma 6.9.10) as recursive descent.
#include <algorithm>
#include <string>

#include "base/utf8.h"
#include "unicode/fold.h"
#include "unicode/regex_node.h"

namespace inlay::unicode {
namespace {

size_t count_characters(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

using Node = RegexNode;
using Kind = RegexNode::Kind;
using Assert = RegexNode::Assert;
using NodePtr = std::unique_ptr<RegexNode>;

constexpr int kMaxDepth = 250;
constexpr uint32_t kMaxRepeat = 100000;

struct Options {
  bool fold = false, dot_all = false, extended = false;
  bool ascii_word = false, ascii_digit = false, ascii_space = false, ascii_posix = false;
};

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

NodePtr make_character(char32_t c, bool fold) {
  NodePtr node = make(Kind::kCharacter);
  node->c = c;
  node->fold = fold;
  return node;
}

NodePtr make_assert(Assert place, bool ascii = false) {
  NodePtr node = make(Kind::kAssert);
  node->place = place;
  node->ascii = ascii;
  return node;
}

NodePtr make_parent(Kind kind, NodePtr child) {
  NodePtr node = make(kind);
  node->children.push_back(std::move(child));
  return node;
}

struct Quantifier {
  uint32_t min = 0, max = 0;
  bool lazy = false, possessive = false;
};

// A place, or alternatives with one among them: not what a quantifier may follow. Groups that are
// more than (?:…) may be repeated whatever is in them.
bool is_place(const Node& node) {
  switch (node.kind) {
    case Kind::kAssert:
    case Kind::kLook:
    case Kind::kKeep: return true;
    case Kind::kSequence: return node.children.size() == 1 && is_place(*node.children[0]);
    case Kind::kAlternatives:
      return std::any_of(node.children.begin(), node.children.end(),
                         [](const NodePtr& child) { return is_place(*child); });
    default: return false;
  }
}

// What Oniguruma allows in a look-behind: no look-ahead and no end of the text, no negative
// look-behind in a positive one, no captures in a negative one.
bool may_be_behind(const Node& node, bool negative) {
  if (node.kind == Kind::kLook && (!node.behind || (node.negative && !negative))) return false;
  if (node.kind == Kind::kCapture && negative) return false;
  if (node.kind == Kind::kAssert &&
      (node.place == Assert::kTextEnd || node.place == Assert::kTextEndOrNewline)) {
    return false;
  }
  return std::all_of(node.children.begin(), node.children.end(),
                     [&](const NodePtr& child) { return may_be_behind(*child, negative); });
}

class Parser {
 public:
  // Named groups turn the unnamed ones into groups without a number.
  Parser(std::string_view pattern, bool has_names) : text_(pattern), has_names_(has_names) {}

  bool found_names() const { return !names_.empty(); }

  Result<RegexTree> run() {
    const size_t error = utf8_error(text_);
    if (error != std::string_view::npos) return invalid("byte {}: expected UTF-8", error);
    INLAY_ASSIGN(NodePtr root, alternatives());
    if (!at_end()) return fail("a group ends that did not begin");
    if (last_reference_ > groups_) return fail("a reference to a group that is not there");
    RegexTree tree;
    tree.root = std::move(root);
    tree.groups = groups_;
    return tree;
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  bool looking_at(std::string_view next) const { return text_.substr(at_).starts_with(next); }
  bool skip(std::string_view next) {
    if (!looking_at(next)) return false;
    at_ += next.size();
    return true;
  }
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  char32_t take() {
    const size_t length = utf8_sequence_length(text_.substr(at_));
    const char32_t c = utf8_decode(text_.substr(at_), length);
    at_ += length;
    return c;
  }
  Status fail(std::string_view what) const {
    return invalid("regular expression {}, byte {}: {}", quote(text_), at_, what);
  }
  Status missing(std::string_view what) const {
    return unsupported("regular expression {}, byte {}: {} is not supported", quote(text_), at_,
                       what);
  }

  // Up to the end of a group, which is left to the caller.
  Result<NodePtr> alternatives() {
    if (++depth_ > kMaxDepth) return fail("groups are nested too deeply");
    NodePtr all = make(Kind::kAlternatives);
    do {
      INLAY_ASSIGN(NodePtr branch, sequence());
      all->children.push_back(std::move(branch));
    } while (skip("|"));
    --depth_;
    if (all->children.size() == 1) return std::move(all->children[0]);
    return all;
  }

  // Comments, and with (?x) white space.
  Status skip_comments() {
    while (!at_end()) {
      const char c = peek();
      if (skip("(?#")) {
        while (!at_end() && peek() != ')') at_ += peek() == '\\' && at_ + 1 < text_.size() ? 2 : 1;
        if (!skip(")")) return fail("a comment does not end");
      } else if (options_.extended && c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (options_.extended && (c == ' ' || (c >= '\t' && c <= '\r'))) {
        ++at_;
      } else {
        break;
      }
    }
    return Status();
  }

  Result<NodePtr> sequence() {
    NodePtr all = make(Kind::kSequence);
    for (;;) {
      INLAY_TRY(skip_comments());
      if (at_end() || peek() == '|' || peek() == ')') break;
      INLAY_ASSIGN(NodePtr atom, this->atom());
      INLAY_ASSIGN(atom, quantified(std::move(atom)));
      all->children.push_back(std::move(atom));
    }
    return all;
  }

  Result<NodePtr> quantified(NodePtr atom) {
    for (;;) {
      INLAY_TRY(skip_comments());
      Quantifier q;
      INLAY_ASSIGN(const bool found, quantifier(q));
      if (!found) return atom;
      if (is_place(*atom)) return fail("a place cannot be repeated");
      NodePtr repeat = make_parent(Kind::kRepeat, std::move(atom));
      repeat->min = q.min;
      repeat->max = q.max;
      repeat->lazy = q.lazy;
      repeat->possessive = q.possessive;
      atom = std::move(repeat);
      if (++repeats_ > 20000) return fail("too many repetitions");
    }
  }

  Result<bool> quantifier(Quantifier& q) {
    bool interval = false;
    if (skip("*")) {
      q = {0, Node::kForever};
    } else if (skip("+")) {
      q = {1, Node::kForever};
    } else if (skip("?")) {
      q = {0, 1};
    } else if (peek() == '{') {
      INLAY_ASSIGN(interval, this->interval(q));
      if (!interval) return false;
    } else {
      return false;
    }
    // {n}? is an optional {n}, and {n,m}+ a repeated one.
    const bool is_exact = interval && q.min == q.max;
    if (!is_exact && !q.possessive && skip("?")) {
      q.lazy = true;
    } else if (!interval && skip("+")) {
      q.possessive = true;
    }
    return true;
  }

  // {n}, {n,}, {,m}, {n,m}; anything else is text.
  Result<bool> interval(Quantifier& q) {
    const size_t begin = at_++;
    const auto number = [&](uint32_t fallback, bool& there) {
      uint64_t value = 0;
      there = false;
      while (peek() >= '0' && peek() <= '9') {
        value =
            std::min<uint64_t>(value * 10 + static_cast<uint64_t>(peek() - '0'), UINT32_MAX - 1);
        there = true;
        ++at_;
      }
      return there ? static_cast<uint32_t>(value) : fallback;
    };
    bool has_min = false, has_max = false;
    q.min = number(0, has_min);
    q.max = q.min;
    const bool comma = skip(",");
    if (comma) q.max = number(Node::kForever, has_max);
    if (!skip("}") || (!has_min && !has_max)) {
      at_ = begin;
      return false;
    }
    const bool bounded = q.max != Node::kForever;
    if (q.min > kMaxRepeat || (bounded && q.max > kMaxRepeat)) {
      return fail("expected repetitions up to 100000");
    }
    if (bounded && q.min > q.max) {
      std::swap(q.min, q.max);
      q.possessive = true;
    }
    return true;
  }

  Result<NodePtr> atom() {
    switch (peek()) {
      case '(': return group();
      case '[': {
        ++at_;
        return char_class();
      }
      case '.': ++at_; return any_character(options_.dot_all);
      case '^': ++at_; return make_assert(Assert::kLineBegin);
      case '$': ++at_; return make_assert(Assert::kLineEnd);
      case '\\': return escape();
      case '*':
      case '+':
      case '?': return fail("there is nothing to repeat");
      case '{': {
        Quantifier q;
        INLAY_ASSIGN(const bool found, interval(q));
        if (found) return fail("there is nothing to repeat");
        break;
      }
      default: break;
    }
    return make_character(take(), options_.fold);
  }

  static NodePtr any_character(bool with_newline) {
    CharSet set(0, CharSet::kLast);
    if (!with_newline) {
      set = CharSet('\n', '\n');
      set.invert();
    }
    return make_set(std::move(set));
  }

  Result<NodePtr> group() {
    const Options outer = options_;
    ++at_;
    NodePtr node;
    if (!skip("?")) {
      if (looking_at("*")) return missing("a callout");
      INLAY_ASSIGN(node, capture(!has_names_));
    } else {
      INLAY_ASSIGN(node, extended_group());
      if (!node) {  // options for the rest of the group around this one
        INLAY_ASSIGN(node, option_body());
        options_ = outer;
        return node;
      }
    }
    options_ = outer;
    if (!skip(")")) return fail("a group does not end");
    return node;
  }

  Result<NodePtr> capture(bool numbered) {
    const uint32_t number = numbered ? ++groups_ : 0;
    INLAY_ASSIGN(NodePtr body, alternatives());
    if (!numbered) return body;
    NodePtr node = make_parent(Kind::kCapture, std::move(body));
    node->number = number;
    return node;
  }

  Result<NodePtr> look(bool behind, bool negative) {
    INLAY_ASSIGN(NodePtr body, alternatives());
    if (behind && !may_be_behind(*body, negative)) return fail("this cannot be looked behind for");
    NodePtr node = make_parent(Kind::kLook, std::move(body));
    node->behind = behind;
    node->negative = negative;
    return node;
  }

  // Behind "(?". Null for options without a group.
  Result<NodePtr> extended_group() {
    if (skip(":")) return alternatives();
    if (skip("=")) return look(false, false);
    if (skip("!")) return look(false, true);
    if (skip("<=")) return look(true, false);
    if (skip("<!")) return look(true, true);
    if (skip(">")) {
      INLAY_ASSIGN(NodePtr body, alternatives());
      return make_parent(Kind::kAtomic, std::move(body));
    }
    if (looking_at("~")) return missing("an absent group");
    if (looking_at("(")) return missing("a condition");
    if (looking_at("{")) return missing("a callout");
    if (looking_at("<") || looking_at("'")) return named_group();
    return option_group();
  }

  Result<std::string> name(char end) {
    const size_t close = text_.find(end, at_);
    if (close == std::string_view::npos || close == at_) return fail("a name is missing");
    const std::string found(text_.substr(at_, close - at_));
    at_ = close + 1;
    return found;
  }

  Result<NodePtr> named_group() {
    const char end = peek() == '<' ? '>' : '\'';
    ++at_;
    if ((peek() >= '0' && peek() <= '9') || peek() == '-') return fail("expected a group name");
    INLAY_ASSIGN(std::string found, name(end));
    names_.push_back({std::move(found), groups_ + 1});
    if (!has_names_) return fail("a group has a name");
    return capture(true);
  }

  // Two children, the second of them empty: may be repeated even if the first is a place.
  Result<NodePtr> option_body() {
    INLAY_ASSIGN(NodePtr body, alternatives());
    NodePtr node = make_parent(Kind::kSequence, std::move(body));
    node->children.push_back(make(Kind::kSequence));
    return node;
  }

  Result<NodePtr> option_group() {
    bool on = true;
    for (;;) {
      const char c = peek();
      if (at_end()) return fail("a group does not end");
      ++at_;
      switch (c) {
        case '-': on = false; continue;
        case 'i': options_.fold = on; continue;
        case 'm': options_.dot_all = on; continue;
        case 'x': options_.extended = on; continue;
        case 'W': options_.ascii_word = on; continue;
        case 'D': options_.ascii_digit = on; continue;
        case 'S': options_.ascii_space = on; continue;
        case 'P':
          options_.ascii_word = options_.ascii_digit = options_.ascii_space = on;
          options_.ascii_posix = on;
          continue;
        case ':': return option_body();
        case ')': return NodePtr();
        case 'C':
        case 'I':
        case 'L':
        case 'y': --at_; return missing("this option");
        default: --at_; return fail("an option is unknown");
      }
    }
  }

  // Classes leave out of \w what Latin-1 has of it: the digits and fractions ² ³ ¹ ¼ ½ ¾.
  static void leave_out_numbers(CharSet& words) {
    CharSet numbers(0xB2, 0xB3);
    numbers.add(0xB9, 0xB9);
    numbers.add(0xBC, 0xBE);
    numbers.invert();
    words.intersect(numbers);
  }

  // \w, \d, \s, \h by letter, ASCII where the options say so.
  CharSet type(char letter, bool in_class) const {
    CharSet set = CharSet::type(letter);
    const bool ascii = (letter == 'w' && options_.ascii_word) ||
                       (letter == 'd' && options_.ascii_digit) ||
                       (letter == 's' && options_.ascii_space);
    if (ascii) set.intersect(CharSet(0, 127));
    if (in_class && letter == 'w') leave_out_numbers(set);
    return set;
  }

  static bool is_ascii_property(std::string_view name, const Options& options) {
    constexpr std::string_view kPosix[] = {"alnum", "alpha", "blank", "cntrl", "graph",
                                           "lower", "print", "punct", "upper", "xdigit"};
    if (name == "word") return options.ascii_word;
    if (name == "digit") return options.ascii_digit;
    if (name == "space") return options.ascii_space;
    return options.ascii_posix &&
           std::find(std::begin(kPosix), std::end(kPosix), name) != std::end(kPosix);
  }

  Result<CharSet> named_set(std::string_view wanted, bool in_class) const {
    std::string lower(wanted);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    auto set = CharSet::property(lower);
    if (!set) return fail(format("the property {} is unknown", quote(wanted)));
    if (is_ascii_property(lower, options_)) set->intersect(CharSet(0, 127));
    if (in_class && lower == "word") leave_out_numbers(*set);
    return std::move(*set);
  }

  // Behind \p or \P: {name} or {^name}.
  Result<CharSet> property(bool negative, bool in_class) {
    if (!skip("{")) return fail("expected a property in braces");
    if (skip("^")) negative = !negative;
    INLAY_ASSIGN(const std::string wanted, name('}'));
    INLAY_ASSIGN(CharSet set, named_set(wanted, in_class));
    if (negative) set.invert();
    return set;
  }

  // True for a set that an escape stands for, inside a class and outside; `at_` is behind it then.
  Result<bool> set_escape(CharSet& set, bool in_class) {
    const char c = peek(1);
    switch (c) {
      case 'w':
      case 'd':
      case 's':
      case 'h':
        at_ += 2;
        set = type(c, in_class);
        return true;
      case 'W':
      case 'D':
      case 'S':
      case 'H':
        at_ += 2;
        set = type(static_cast<char>(c | 0x20), in_class);
        set.invert();
        return true;
      case 'p':
      case 'P': {
        if (peek(2) != '{') return false;
        at_ += 2;
        INLAY_ASSIGN(set, property(c == 'P', in_class));
        return true;
      }
      default: return false;
    }
  }

  Result<char32_t> digits(int base, size_t least, size_t most) {
    uint64_t value = 0;
    size_t count = 0;
    for (; count < most && !at_end(); ++count, ++at_) {
      const char c = peek();
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : 99;
      if (digit >= base) break;
      value = value * static_cast<uint64_t>(base) + static_cast<uint64_t>(digit);
    }
    if (count < least) return fail("expected digits");
    if (value > CharSet::kLast || (value >= 0xD800 && value <= 0xDFFF)) {
      return value > INT32_MAX ? fail("expected a code point") : missing("what is no code point");
    }
    return static_cast<char32_t>(value);
  }

  bool has_code_in_braces(int base) const {
    const char c = peek(1);
    const bool is_digit = (c >= '0' && c <= '9') ||
                          (base == 16 && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
    return peek() == '{' && is_digit;
  }

  Result<char32_t> code_in_braces(int base) {
    ++at_;
    INLAY_ASSIGN(const char32_t c, digits(base, 1, 11));
    if (peek() == ' ' || peek() == '\n') return missing("several code points in braces");
    if (!skip("}")) return fail("expected a code point in braces");
    return c;
  }

  // \xHH is a byte: from 0x80 on several make a character.
  Result<char32_t> hex_bytes() {
    INLAY_ASSIGN(const char32_t first, digits(16, 0, 2));
    std::string bytes(1, static_cast<char>(first));
    while (first >= 0x80 && utf8_sequence_length(bytes) == 0 && bytes.size() < 4 && skip("\\x")) {
      INLAY_ASSIGN(const char32_t next, digits(16, 1, 2));
      bytes += static_cast<char>(next);
    }
    if (utf8_sequence_length(bytes) != bytes.size()) return fail("expected UTF-8");
    return utf8_decode(bytes, bytes.size());
  }

  // Behind \c or \C-: the control character of what follows.
  Result<char32_t> control() {
    if (at_end()) return fail("expected a control character");
    if (skip("?")) return char32_t{0x7F};
    char32_t c = 0;
    if (looking_at("\\")) {
      INLAY_ASSIGN(c, character_escape());
    } else {
      c = take();
    }
    return c & 0x9F;
  }

  // The character of an escape, inside a class and outside.
  Result<char32_t> character_escape() {
    ++at_;
    if (at_end()) return fail("expected a character behind the backslash");
    const char32_t c = take();
    switch (c) {
      case 't': return U'\t';
      case 'v': return U'\v';
      case 'n': return U'\n';
      case 'r': return U'\r';
      case 'f': return U'\f';
      case 'a': return U'\a';
      case 'e': return char32_t{0x1B};
      case 'u': return digits(16, 4, 4);
      case 'x': return has_code_in_braces(16) ? code_in_braces(16) : hex_bytes();
      case 'o': return has_code_in_braces(8) ? code_in_braces(8) : Result<char32_t>(U'o');
      case 'c': return control();
      case 'C': return skip("-") ? control() : fail("expected a control character");
      case 'M': return missing("a meta escape");
      default: break;
    }
    if (c >= '0' && c <= '7') {
      --at_;
      return digits(8, 1, 3);
    }
    return c;
  }

  Result<NodePtr> escape() {
    CharSet set;
    INLAY_ASSIGN(const bool is_set, set_escape(set, false));
    if (is_set) return make_set(std::move(set));
    const char c = peek(1);
    const bool ascii = options_.ascii_word;
    const auto take_place = [&](Assert place) {
      at_ += 2;
      return make_assert(place, ascii);
    };
    switch (c) {
      case 'A': return take_place(Assert::kTextBegin);
      case 'z': return take_place(Assert::kTextEnd);
      case 'Z': return take_place(Assert::kTextEndOrNewline);
      case 'G': return take_place(Assert::kSearchBegin);
      case 'b': return take_place(Assert::kWordBoundary);
      case 'B': return take_place(Assert::kNoWordBoundary);
      case 'y': return take_place(Assert::kGraphemeBoundary);
      case 'Y': return take_place(Assert::kNoGraphemeBoundary);
      case 'K': at_ += 2; return make(Kind::kKeep);
      case 'R': at_ += 2; return make(Kind::kNewline);
      case 'X': at_ += 2; return make(Kind::kGrapheme);
      case 'N': at_ += 2; return any_character(false);
      case 'O': at_ += 2; return any_character(true);
      case 'k': return named_reference();
      case 'g': return missing("a call");
      default: break;
    }
    if (c >= '1' && c <= '9') {
      INLAY_ASSIGN(NodePtr reference, numbered_reference());
      if (reference) return reference;
    }
    INLAY_ASSIGN(const char32_t character, character_escape());
    return make_character(character, options_.fold);
  }

  NodePtr make_reference(std::vector<uint32_t> groups) const {
    NodePtr node = make(Kind::kReference);
    node->groups = std::move(groups);
    node->fold = options_.fold;
    return node;
  }

  // \1 to \9, and more digits where there are so many groups. Null for octal.
  Result<NodePtr> numbered_reference() {
    const size_t begin = at_++;
    uint32_t number = 0;
    while (peek() >= '0' && peek() <= '9' && number < 1000) {
      number = number * 10 + static_cast<uint32_t>(peek() - '0');
      ++at_;
    }
    if (number <= groups_ || number <= 9) {
      if (has_names_) return fail("a numbered reference among named groups");
      last_reference_ = std::max(last_reference_, number);
      return make_reference({number});
    }
    at_ = begin;
    return NodePtr();
  }

  Result<NodePtr> named_reference() {
    at_ += 2;
    const char open = peek();
    if (open != '<' && open != '\'') return fail("expected a group name");
    ++at_;
    INLAY_ASSIGN(const std::string wanted, name(open == '<' ? '>' : '\''));
    std::vector<uint32_t> groups;
    for (const auto& [known, number] : names_) {
      if (known == wanted) groups.push_back(number);
    }
    if (groups.empty() && !wanted.empty() && wanted[0] >= '1' && wanted[0] <= '9') {
      if (has_names_) return fail("a numbered reference among named groups");
      uint32_t number = 0;
      for (const char c : wanted) {
        if (c < '0' || c > '9' || number > 9999) return fail("a group name is unknown");
        number = number * 10 + static_cast<uint32_t>(c - '0');
      }
      if (number <= groups_) groups.push_back(number);
    }
    if (groups.empty()) return fail(format("the group {} is unknown", quote(wanted)));
    return make_reference(std::move(groups));
  }

  // True where ":]" comes before a "]": what "[:" begins is a POSIX bracket, or meant to be one.
  bool has_posix_end(size_t at) const {
    for (; at < text_.size() && text_[at] != ']'; ++at) {
      if (text_[at] == '\\') {
        ++at;
      } else if (text_.substr(at).starts_with(":]")) {
        return true;
      }
    }
    return false;
  }

  // [:punct:] has symbols too, \p{Punct} has not.
  Result<CharSet> posix_set(std::string_view name) const {
    INLAY_ASSIGN(CharSet set, named_set(name, true));
    if (name == "punct") {
      INLAY_ASSIGN(CharSet symbols, named_set("s", true));
      if (options_.ascii_posix) symbols.intersect(CharSet(0, 127));
      set.add(symbols);
    }
    return set;
  }

  // Behind "[:"; false where this is no POSIX bracket.
  Result<bool> posix_bracket(CharSet& set) {
    constexpr std::string_view kNames[] = {"alnum", "alpha",  "blank", "cntrl", "digit",
                                           "graph", "lower",  "print", "punct", "space",
                                           "upper", "xdigit", "ascii", "word"};
    constexpr size_t kShortest = 7, kLongest = 20;  // "word:]]"; a name that is looked at
    size_t begin = at_;
    const bool negative = peek() == '^';
    begin += negative;
    const std::string_view rest = text_.substr(begin);
    if (count_characters(rest) >= kShortest) {
      for (const std::string_view name : kNames) {
        if (!rest.starts_with(name)) continue;
        if (!rest.substr(name.size()).starts_with(":]"))
          return fail("the POSIX bracket is unknown");
        INLAY_ASSIGN(set, posix_set(name));
        if (negative) set.invert();
        at_ = begin + name.size() + 2;
        return true;
      }
    }
    const size_t end = rest.find_first_of(":]");
    if (end != std::string_view::npos && count_characters(rest.substr(0, end)) <= kLongest &&
        rest.substr(end).starts_with(":]")) {
      return fail("the POSIX bracket is unknown");
    }
    return false;
  }

  struct ClassElement {
    enum class Kind { kCharacter, kSet, kClass, kHyphen, kAnd, kEnd };
    Kind kind = Kind::kCharacter;
    char32_t c = 0;
    CharSet set = {};
  };
  using Element = ClassElement::Kind;

  // The next element of a class; a class within is not read yet: `at_` is behind its "[".
  Result<ClassElement> class_element() {
    ClassElement element;
    if (at_end()) return fail("a class does not end");
    if (skip("]")) {
      element.kind = Element::kEnd;
    } else if (skip("&&")) {
      element.kind = Element::kAnd;
    } else if (skip("-")) {
      element.kind = Element::kHyphen;
      element.c = '-';
    } else if (looking_at("[:") && has_posix_end(at_ + 2)) {
      at_ += 2;
      INLAY_ASSIGN(const bool found, posix_bracket(element.set));
      if (!found) --at_;  // a class that begins with ":"
      element.kind = found ? Element::kSet : Element::kClass;
    } else if (skip("[")) {
      element.kind = Element::kClass;
    } else if (looking_at("\\")) {
      INLAY_ASSIGN(const bool found, set_escape(element.set, true));
      if (found) {
        element.kind = Element::kSet;
      } else if (peek(1) == 'b') {
        at_ += 2;
        element.c = U'\b';
      } else {
        INLAY_ASSIGN(element.c, character_escape());
      }
    } else {
      element.c = take();
    }
    return element;
  }

  // A class as it is read: what is in it so far, and whether a hyphen would make a range.
  struct ClassState {
    enum class Last { kNothing, kCharacter, kSet, kHyphen, kWhole };
    CharSet result, current;
    bool intersected = false;
    Last last = Last::kNothing;
    char32_t c = 0;  // of Last::kCharacter and kHyphen: where a range begins; it is not added yet

    void flush() {
      if (last == Last::kCharacter) current.add(c, c);
      last = Last::kWhole;
    }
    void add_character(char32_t next) {
      flush();
      last = Last::kCharacter;
      c = next;
    }
    void intersect() {
      flush();
      last = Last::kNothing;
      if (intersected) {
        result.intersect(current);
      } else {
        result = std::move(current);
      }
      intersected = true;
      current = CharSet();
    }
  };
  using Last = ClassState::Last;

  // A hyphen makes a range behind a character, unless the class ends or goes on with "&&".
  Status add_hyphen(ClassState& state) {
    if (state.last == Last::kHyphen) return end_range(state, '-');
    const bool is_last = looking_at("]") || looking_at("&&");
    if (state.last == Last::kSet && !is_last) return fail("a range of a class begins with a set");
    if (state.last == Last::kCharacter && !is_last) {
      state.last = Last::kHyphen;
    } else {
      state.add_character('-');
    }
    return Status();
  }

  Status end_range(ClassState& state, char32_t last) {
    if (last < state.c) return fail("a range of a class is empty");
    state.current.add(state.c, last);
    state.last = Last::kWhole;
    return Status();
  }

  Status add_class_element(ClassState& state, const ClassElement& element) {
    switch (element.kind) {
      case Element::kCharacter:
        if (state.last == Last::kHyphen) return end_range(state, element.c);
        state.add_character(element.c);
        return Status();
      case Element::kSet:
        if (state.last == Last::kHyphen) return fail("a range of a class ends with a set");
        state.flush();
        state.current.add(element.set);
        state.last = Last::kSet;
        return Status();
      case Element::kClass: {
        bool negative = false;
        INLAY_ASSIGN(CharSet set, class_set(negative));
        if (negative) set.invert();
        state.flush();  // a range that has no end yet is dropped
        state.current.add(set);
        return Status();
      }
      case Element::kHyphen: return add_hyphen(state);
      case Element::kAnd: state.intersect(); return Status();
      case Element::kEnd: return Status();
    }
    return Status();
  }

  // A "]" that comes first is a character, if there is another one in the pattern.
  Result<bool> first_is_bracket() {
    if (!looking_at("]")) return false;
    for (size_t i = at_ + 1; i < text_.size(); ++i) {
      if (text_[i] == ']') return true;
      if (text_[i] == '\\') ++i;
    }
    return fail("a class is empty");
  }

  // Behind "[": up to and with "]". The set is before negation, which `negative` tells.
  Result<CharSet> class_set(bool& negative) {
    if (++depth_ > kMaxDepth) return fail("classes are nested too deeply");
    negative = skip("^");
    ClassState state;
    INLAY_ASSIGN(const bool bracket, first_is_bracket());
    if (bracket) state.add_character(take());
    for (;;) {
      INLAY_ASSIGN(const ClassElement element, class_element());
      if (element.kind == Element::kEnd) break;
      INLAY_TRY(add_class_element(state, element));
    }
    state.flush();
    if (state.intersected) {
      state.intersect();
      state.current = std::move(state.result);
    }
    --depth_;
    return std::move(state.current);
  }

  Result<NodePtr> char_class() {
    bool negative = false;
    INLAY_ASSIGN(CharSet set, class_set(negative));
    if (!options_.fold) {
      if (negative) set.invert();
      return make_set(std::move(set));
    }
    NodePtr all = make(Kind::kAlternatives);
    if (!negative) {
      for_each_long_fold([&](char32_t c, std::u32string_view text) {
        if (!set.contains(c)) return;
        NodePtr sequence = make(Kind::kSequence);
        for (const char32_t part : text) sequence->children.push_back(make_character(part, true));
        all->children.push_back(std::move(sequence));
      });
    }
    set.add_case();
    if (negative) set.invert();
    all->children.insert(all->children.begin(), make_set(std::move(set)));
    if (all->children.size() == 1) return std::move(all->children[0]);
    return all;
  }

  std::string_view text_;
  size_t at_ = 0;
  Options options_;
  int depth_ = 0;
  int repeats_ = 0;
  bool has_names_;
  uint32_t groups_ = 0;
  uint32_t last_reference_ = 0;  // the largest number
  struct Name {
    std::string name;
    uint32_t number;
  };
  std::vector<Name> names_;
};

}  // namespace

Result<RegexTree> parse_regex(std::string_view pattern) {
  Result<RegexTree> tree = Parser(pattern, false).run();
  if (tree.ok()) return tree;
  Parser with_names(pattern, true);
  Result<RegexTree> other = with_names.run();
  return with_names.found_names() ? std::move(other) : std::move(tree);
}

}  // namespace inlay::unicode
