#include "ops/objects/number_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace inlay::ops {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

std::optional<Number> read_whole(std::string_view text, bool negative) {
  uint64_t magnitude = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, magnitude);
  if (stop != end || error != std::errc()) return {};
  const auto bits = static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
  const auto real = static_cast<double>(magnitude);
  return Number{negative ? -real : real, bits};
}

}  // namespace

std::string float_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-INF" : "INF";
  char text[32];
  constexpr int kDigits = 8;
  const auto written =
      std::to_chars(text, text + sizeof text, value, std::chars_format::general, kDigits);
  return std::string(text, written.ptr);
}

int64_t truncated(double value) {
  return value >= -0x1p63 && value < 0x1p63 ? static_cast<int64_t>(value)
                                            : std::numeric_limits<int64_t>::min();
}

std::optional<Number> read_number(std::string_view text) {
  text = trimmed(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text[0] == '-' || text[0] == '+') return {};
  if (const auto whole = read_whole(text, negative)) return whole;
  double magnitude = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, magnitude);
  if (stop != end || error == std::errc::invalid_argument) return {};
  if (error == std::errc::result_out_of_range)
    magnitude = text.find("e-") == text.npos && text.find("E-") == text.npos ? INFINITY : 0;
  const double real = negative ? -magnitude : magnitude;
  return Number{real, truncated(real)};
}

}  // namespace inlay::ops
