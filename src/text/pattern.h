// The pattern of Split and Replace: {"String": "…"} or {"Regex": "…"}.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "text/match.h"
#include "text/scanners.h"
#include "unicode/regex.h"

namespace inlay::text {

class Pattern {
 public:
  // Fails with kCorrupt for a regular expression that is none, kUnsupported for one that the engine
  // does not have.
  static Result<Pattern> parse(const json::Value& value);

  // Appends the matches of `text` and the stretches between them, which together are all of it.
  // Fails with kUnsupported when a regular expression takes too many steps.
  Status find(std::string_view text, std::vector<Match>& matches) const;

  // Not null when the pattern is one that a scanner knows.
  const Scanner* scanner() const { return scanner_; }

 private:
  std::string literal_;
  const Scanner* scanner_ = nullptr;
  std::shared_ptr<const unicode::Regex> regex_;  // null: literal_, or a scanner that matches all
};

}  // namespace inlay::text
