// Oniguruma's own syntax (doc/RE of Oniguruma 6.9.10) as recursive descent.
#include <algorithm>
#include <string>

#include "base/utf8.h"
#include "unicode/fold.h"
#include "unicode/regex_node.h"

namespace inlay::unicode {
namespace {

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

class Parser {
 public:
  explicit Parser(std::string_view pattern) : text_(pattern) {}

  Result<RegexTree> run() {
    const size_t error = utf8_error(text_);
    if (error != std::string_view::npos) return invalid("byte {}: expected UTF-8", error);
    count_groups();
    INLAY_ASSIGN(NodePtr root, alternatives());
    if (!at_end()) return fail("a group ends that did not begin");
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

  // Named groups turn the unnamed ones into groups without a number.
  void count_groups() {
    for (size_t i = 0; i < text_.size(); ++i) {
      if (text_[i] == '\\') {
        ++i;
      } else if (text_.substr(i).starts_with("(?<") && i + 3 < text_.size() &&
                 text_[i + 3] != '=' && text_[i + 3] != '!') {
        has_names_ = true;
      } else if (text_.substr(i).starts_with("(?'")) {
        has_names_ = true;
      }
    }
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

  void skip_extended() {
    while (options_.extended && !at_end()) {
      const char c = peek();
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == ' ' || (c >= '\t' && c <= '\r')) {
        ++at_;
      } else {
        break;
      }
    }
  }

  Result<NodePtr> sequence() {
    NodePtr all = make(Kind::kSequence);
    for (;;) {
      skip_extended();
      if (at_end() || peek() == '|' || peek() == ')') break;
      if (skip("(?#")) {
        while (!at_end() && peek() != ')') at_ += peek() == '\\' ? 2 : 1;
        if (!skip(")")) return fail("a comment does not end");
        continue;
      }
      INLAY_ASSIGN(NodePtr atom, this->atom());
      INLAY_ASSIGN(atom, quantified(std::move(atom)));
      all->children.push_back(std::move(atom));
    }
    return all;
  }

  Result<NodePtr> quantified(NodePtr atom) {
    for (;;) {
      skip_extended();
      Quantifier q;
      INLAY_ASSIGN(const bool found, quantifier(q));
      if (!found) return atom;
      if (atom->kind == Kind::kAssert || atom->kind == Kind::kLook) {
        return fail("a place cannot be repeated");
      }
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
        INLAY_ASSIGN(node, alternatives());
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
    return capture(true);
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
        case ':': return alternatives();
        case ')': return NodePtr();
        case 'C':
        case 'I':
        case 'L':
        case 'y': --at_; return missing("this option");
        default: --at_; return fail("an option is unknown");
      }
    }
  }

  // \w, \d, \s, \h by letter, ASCII where the options say so.
  CharSet type(char letter) const {
    CharSet set = CharSet::type(letter);
    const bool ascii = (letter == 'w' && options_.ascii_word) ||
                       (letter == 'd' && options_.ascii_digit) ||
                       (letter == 's' && options_.ascii_space);
    if (ascii) set.intersect(CharSet(0, 127));
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

  Result<CharSet> named_set(std::string_view wanted) const {
    std::string lower(wanted);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    auto set = CharSet::property(lower);
    if (!set) return fail(format("the property {} is unknown", quote(wanted)));
    if (is_ascii_property(lower, options_)) set->intersect(CharSet(0, 127));
    return std::move(*set);
  }

  // Behind \p or \P: {name} or {^name}.
  Result<CharSet> property(bool negative) {
    if (!skip("{")) return fail("expected a property in braces");
    if (skip("^")) negative = !negative;
    INLAY_ASSIGN(const std::string wanted, name('}'));
    INLAY_ASSIGN(CharSet set, named_set(wanted));
    if (negative) set.invert();
    return set;
  }

  // True for a set that an escape stands for, inside a class and outside; `at_` is behind it then.
  Result<bool> set_escape(CharSet& set) {
    const char c = peek(1);
    switch (c) {
      case 'w':
      case 'd':
      case 's':
      case 'h':
        at_ += 2;
        set = type(c);
        return true;
      case 'W':
      case 'D':
      case 'S':
      case 'H':
        at_ += 2;
        set = type(static_cast<char>(c | 0x20));
        set.invert();
        return true;
      case 'p':
      case 'P': {
        if (peek(2) != '{') return false;
        at_ += 2;
        INLAY_ASSIGN(set, property(c == 'P'));
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
      return fail("expected a code point");
    }
    return static_cast<char32_t>(value);
  }

  Result<char32_t> code_in_braces(int base) {
    INLAY_ASSIGN(const char32_t c, digits(base, 1, 11));
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
      case 'x': return skip("{") ? code_in_braces(16) : hex_bytes();
      case 'o': return skip("{") ? code_in_braces(8) : Result<char32_t>(U'o');
      case 'c':
      case 'C':
      case 'M': return missing("a control escape");
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
    INLAY_ASSIGN(const bool is_set, set_escape(set));
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
    if (number <= groups_) {
      if (has_names_) return fail("a numbered reference among named groups");
      return make_reference({number});
    }
    if (number <= 9) return fail("a reference to a group that is not there");
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

  // Behind "[:"; false where this is no POSIX bracket.
  Result<bool> posix_bracket(CharSet& set) {
    const size_t close = text_.find(":]", at_);
    if (close == std::string_view::npos || close - at_ > 20) return false;
    std::string_view wanted = text_.substr(at_, close - at_);
    const bool negative = wanted.starts_with('^');
    if (negative) wanted.remove_prefix(1);
    constexpr std::string_view kNames[] = {"alnum", "alpha",  "blank", "cntrl", "digit",
                                           "graph", "lower",  "print", "punct", "space",
                                           "upper", "xdigit", "ascii", "word"};
    if (std::find(std::begin(kNames), std::end(kNames), wanted) == std::end(kNames)) return false;
    INLAY_ASSIGN(set, named_set(wanted));
    if (negative) set.invert();
    at_ = close + 2;
    return true;
  }

  // One element of a class: a set, or (is_set false) a character.
  Result<bool> class_element(CharSet& set, char32_t& c) {
    if (looking_at("[")) {
      const size_t begin = at_;
      if (skip("[:")) {
        INLAY_ASSIGN(const bool found, posix_bracket(set));
        if (found) return true;
        at_ = begin;
      }
      ++at_;
      bool negative = false;
      INLAY_ASSIGN(set, class_set(negative));
      if (negative) set.invert();
      return true;
    }
    if (looking_at("\\")) {
      INLAY_ASSIGN(const bool found, set_escape(set));
      if (found) return true;
      if (peek(1) == 'b') {
        at_ += 2;
        c = U'\b';
        return false;
      }
      INLAY_ASSIGN(c, character_escape());
      return false;
    }
    c = take();
    return false;
  }

  // Behind "[": up to and with "]". The set is before negation, which `negative` tells.
  Result<CharSet> class_set(bool& negative) {
    if (++depth_ > kMaxDepth) return fail("classes are nested too deeply");
    negative = skip("^");
    CharSet result, current;
    bool intersected = false;
    // A "]" that comes first is a character, if there is another one.
    bool first = text_.find(']', at_ + 1) != std::string_view::npos;
    const auto intersect = [&] {
      if (intersected) {
        result.intersect(current);
      } else {
        result = std::move(current);
      }
      intersected = true;
      current = CharSet();
    };
    for (;; first = false) {
      if (at_end()) return fail("a class does not end");
      if (looking_at("]") && !first) {
        ++at_;
        break;
      }
      if (skip("&&")) {
        intersect();
        continue;
      }
      CharSet set;
      char32_t c = 0;
      INLAY_ASSIGN(const bool is_set, class_element(set, c));
      if (is_set) {
        current.add(set);
        continue;
      }
      char32_t last = c;
      if (looking_at("-") && peek(1) != ']' && at_ + 1 < text_.size()) {
        const size_t hyphen = at_++;
        CharSet right;
        INLAY_ASSIGN(const bool right_is_set, class_element(right, last));
        if (right_is_set) {  // "a-\d": the hyphen is one
          current.add(right);
          current.add('-', '-');
          last = c;
        } else if (last < c) {
          at_ = hyphen;
          return fail("a range of a class is empty");
        }
      }
      current.add(c, last);
    }
    if (intersected) {
      intersect();
      current = std::move(result);
    }
    --depth_;
    return current;
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
  bool has_names_ = false;
  uint32_t groups_ = 0;
  struct Name {
    std::string name;
    uint32_t number;
  };
  std::vector<Name> names_;
};

}  // namespace

Result<RegexTree> parse_regex(std::string_view pattern) { return Parser(pattern).run(); }

}  // namespace inlay::unicode
