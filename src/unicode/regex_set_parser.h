// The part of the pattern parser that reads characters and sets of them: escapes, properties, POSIX
// brackets, classes. regex_parser.cc builds the rest upon it.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "unicode/char_set.h"
#include "unicode/regex_node.h"

namespace inlay::unicode {

class RegexSetParser {
 protected:
  static size_t count_characters(std::string_view text) {
    return static_cast<size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
  }
  static constexpr int kMaxDepth = 250;

  struct Options {
    bool fold = false, dot_all = false, extended = false;
    bool ascii_word = false, ascii_digit = false, ascii_space = false, ascii_posix = false;
  };

  explicit RegexSetParser(std::string_view pattern) : text_(pattern) {}

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

  Result<std::string> name(char end) {
    const size_t close = text_.find(end, at_);
    if (close == std::string_view::npos || close == at_) return fail("a name is missing");
    const std::string found(text_.substr(at_, close - at_));
    at_ = close + 1;
    return found;
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

  std::string_view text_;
  size_t at_ = 0;
  Options options_;
  int depth_ = 0;
};

}  // namespace inlay::unicode
