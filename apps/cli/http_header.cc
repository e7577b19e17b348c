#include <algorithm>
#include <charconv>
#include <string_view>

#include "http.h"

namespace cli {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::string_view trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

}  // namespace

void read_http_header(std::string_view line, HttpReply& reply) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string name = lower(trim(line.substr(0, colon)));
  std::string_view value = trim(line.substr(colon + 1));
  if (name == "etag" && value.starts_with('"')) {
    reply.validator = value;
  } else if (name == "last-modified" && reply.validator.empty()) {
    reply.validator = value;
  } else if (name == "content-range" && value.starts_with("bytes ")) {
    value.remove_prefix(6);
    std::from_chars(value.data(), value.data() + value.size(), reply.range_begin);
  }
}

}  // namespace cli
