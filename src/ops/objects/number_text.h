// Numbers as text and text as numbers, in the spellings that Cast has.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inlay::ops {

// Eight digits and no zeros at the end ("0.1", "1e-05", "3.1400001"), "NaN", "INF" and "-INF".
std::string float_text(double value);

struct Number {
  double real;
  int64_t integer;  // cut off; above 2^63 as its 64 bits
};
// Digits with a point and an exponent, or in any case nan, inf and infinity; a sign and white space around
// them. Nothing for other text. What is too large is infinite.
std::optional<Number> read_number(std::string_view text);

// A number cut off to 64 bits, as a conversion by x86 does it: what does not fit is INT64_MIN.
int64_t truncated(double value);

}  // namespace inlay::ops
