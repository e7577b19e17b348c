// Oniguruma's own syntax (doc/RE of Oniguruma 6.9.10) as recursive descent.
#include <algorithm>
#include <string>

#include "base/utf8.h"
#include "unicode/fold.h"
#include "unicode/regex_node.h"
#include "unicode/regex_set_parser.h"

namespace inlay::unicode {
namespace {

using Node = RegexNode;
using Kind = RegexNode::Kind;
using Assert = RegexNode::Assert;
using NodePtr = std::unique_ptr<RegexNode>;

constexpr uint32_t kMaxRepeat = 100000;

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

class Parser : private RegexSetParser {
 public:
  // Named groups turn the unnamed ones into groups without a number.
  Parser(std::string_view pattern, bool has_names)
      : RegexSetParser(pattern), has_names_(has_names) {}

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
