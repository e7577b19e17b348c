#include "text/pattern.h"

namespace inlay::text {
namespace {

// Calls add(begin, end) for each match in the order of a search that goes on where the last match
// ended; an empty match right behind a match does not count. next(from, begin, end) searches.
template <class Next, class Add>
Status find_all(std::string_view text, Next&& next, Add&& add) {
  size_t from = 0, last_end = std::string_view::npos;
  while (from <= text.size()) {
    size_t begin = 0, end = 0;
    INLAY_ASSIGN(const bool found, next(from, begin, end));
    if (!found) break;
    if (begin == end && last_end == end) {
      from += from < text.size() ? utf8_sequence_length(text.substr(from)) : 1;
      continue;
    }
    add(begin, end);
    from = last_end = end;
  }
  return Status();
}

}  // namespace

Result<Pattern> Pattern::parse(const json::Value& value) {
  Pattern pattern;
  INLAY_TRY(value.expect(json::Kind::kObject));
  if (value.at("String").exists()) {
    INLAY_ASSIGN(pattern.literal_, value.at("String").string());
    return pattern;
  }
  const json::Value expression = value.at("Regex");
  INLAY_ASSIGN(const std::string_view text, expression.string());
  pattern.scanner_ = find_scanner(text);
  if (pattern.scanner_ && pattern.scanner_->matches_all) return pattern;
  auto regex = unicode::Regex::compile(text);
  if (!regex.ok()) {
    const Status error = expression.error(regex.message());
    return Status(regex.code(), std::string(error.message()));
  }
  pattern.regex_ = std::move(regex).value();
  return pattern;
}

Status Pattern::find(std::string_view text, std::vector<Match>& matches) const {
  if (scanner_ && scanner_->matches_all) {
    scan_matches(*scanner_, text, matches);
    return Status();
  }
  size_t done = 0;
  const auto between = [&](size_t end) {
    if (done < end) {
      matches.push_back({static_cast<uint32_t>(done), static_cast<uint32_t>(end), false});
    }
  };
  const auto add = [&](size_t begin, size_t end) {
    between(begin);
    matches.push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(end), true});
    done = end;
  };
  if (text.empty()) return Status();
  if (regex_) {
    unicode::Regex::Matcher matcher(*regex_, text);
    INLAY_TRY(find_all(
        text,
        [&](size_t from, size_t& begin, size_t& end) { return matcher.search(from, begin, end); },
        add));
  } else {
    INLAY_TRY(find_all(
        text,
        [&](size_t from, size_t& begin, size_t& end) -> Result<bool> {
          begin = text.find(literal_, from);
          end = begin + literal_.size();
          return begin != std::string_view::npos;
        },
        add));
  }
  between(text.size());
  return Status();
}

}  // namespace inlay::text
