// Regular expressions with Oniguruma's syntax and semantics, which is what tokenizer.json speaks.
//
//   INLAY_ASSIGN(auto regex, Regex::compile(R"(\s+(?!\S)|\s+)"));
//   Regex::Matcher matcher(*regex, text);
//   size_t begin, end;
//   INLAY_ASSIGN(bool found, matcher.search(0, begin, end));
//
// Alternatives are tried from left to right and repetitions greedily, with backtracking, as in
// Oniguruma 6.9.10 (Unicode 16): look-around, possessive and atomic groups, back references, \G,
// \K, \h, \R, \X, POSIX brackets, nested classes and &&, (?imx), named groups. A search that takes
// too many steps ends in an error. Not there: calls (\g), conditions, callouts, absent groups, \M-,
// \x{} of several code points. A Regex does not change and may be used by many threads; a Matcher
// belongs to one.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/status.h"

namespace inlay::unicode {

struct RegexTree;

class Regex {
 public:
  // Fails with kInvalidArgument for a pattern that is none and kUnsupported for what is not there,
  // naming the byte.
  static Result<std::shared_ptr<const Regex>> compile(std::string_view pattern);
  // The same for a pattern in RE2's syntax and with RE2's meaning that matches a whole text or does not: a search
  // from 0 finds what RE2::FullMatch does. Not there: \C. RE2 takes time linear in the text for every pattern; here
  // one that backtracks too much ends in the error of searches that take too many steps.
  static Result<std::shared_ptr<const Regex>> compile_re2_full_match(std::string_view pattern);
  ~Regex();

  // The steps of one search: these, and more for each byte of the text.
  static constexpr size_t kMaxSteps = size_t{1} << 25, kMaxStepsPerByte = 128;

  class Matcher {
   public:
    // `text` must be well-formed UTF-8; it and `regex` must outlive the matcher. `max_steps` stands
    // for kMaxSteps.
    Matcher(const Regex& regex, std::string_view text, size_t max_steps = kMaxSteps);
    ~Matcher();
    // The first match that begins at `from` or later, in bytes; false when there is none. Fails
    // with kUnsupported when it takes too many steps.
    Result<bool> search(size_t from, size_t& begin, size_t& end);

   private:
    struct State;
    std::unique_ptr<State> state_;
  };

  struct Program;  // of the matcher

 private:
  Regex();
  static Result<std::shared_ptr<const Regex>> from_tree(const RegexTree& tree);
  std::unique_ptr<const Program> program_;
};

}  // namespace inlay::unicode
