#include "text/replace_all.h"

#include "base/utf8.h"

namespace inlay::text {
namespace {

std::string put_between(std::string_view text, std::string_view to) {
  std::string out(to);
  for (size_t i = 0; i < text.size();) {
    const size_t length = utf8_sequence_length(text.substr(i));
    out.append(text.substr(i, length)).append(to);
    i += length;
  }
  return out;
}

}  // namespace

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  if (from.empty()) {
    text = put_between(text, to);
    return;
  }
  size_t at = text.find(from);
  if (at == std::string::npos) return;
  std::string out;
  size_t done = 0;
  for (; at != std::string::npos; at = text.find(from, done)) {
    out.append(text, done, at - done).append(to);
    done = at + from.size();
  }
  text = out.append(text, done);
}

}  // namespace inlay::text
