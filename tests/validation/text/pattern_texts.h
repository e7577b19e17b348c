// The patterns that scanners know, and texts that are hard for them.
#pragma once

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace inlay::text {

inline constexpr std::string_view kGpt2Pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

// Llama 3, Qwen 2, Qwen 3.5, o200k: patterns that match everywhere, like GPT-2's.
inline std::vector<std::string> line_patterns() {
  const std::string tail = R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
  const std::string head = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|)";
  const std::string upper = R"([\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])",
                    end = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)?|)";
  const std::string lower = R"([\p{Ll}\p{Lm}\p{Lo}\p{M}])", lead = R"([^\r\n\p{L}\p{N}]?)";
  return {
      head + R"(\p{N}{1,3}|)" + tail,
      head + R"(\p{N}|)" + tail,
      R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
      lead + upper + "*" + lower + "+" + end + lead + upper + "+" + lower + "*" + end +
          R"(\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
  };
}

// DeepSeek V3 cuts by one after the other.
inline std::vector<std::string> deepseek_patterns() {
  return {
      R"(\p{N}{1,3})",
      "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+",
      "[!\"#$%&'()*+,\\-./"
      ":;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+|"
      " ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
  };
}

// A text of up to sixteen pieces that matter to the patterns; `state` is the generator's own.
inline std::string random_pattern_text(uint64_t& state) {
  constexpr std::string_view kPieces[] = {" ",
                                          "  ",
                                          "\n",
                                          "\r\n",
                                          "\t",
                                          "a",
                                          "B",
                                          "\u00e9",
                                          "\u00c9",
                                          "1",
                                          "22",
                                          "333",
                                          "'",
                                          "'s",
                                          "'S",
                                          "'\u017F",
                                          "'ll",
                                          "'VE",
                                          "/",
                                          "!",
                                          "-",
                                          "+",
                                          "\u0301",
                                          "\u3042",
                                          "\u01C5",
                                          "\u00a0",
                                          "\u2028",
                                          "\u0660",
                                          "x",
                                          "Yz",
                                          "...",
                                          "\U0001F600",
                                          "\u0903",
                                          "\u02B0",
                                          "\u00aa",
                                          "\u00bd",
                                          "word",
                                          "WORDword",
                                          "longerthaneight",
                                          "\u4e00",
                                          "\x01",
                                          "_a",
                                          "tennis",
                                          "                    ",
                                          "aaaaaaaaaaaaaaaaaaaaaaaa"};
  std::string text;
  for (int count = 1 + static_cast<int>(state >> 60); count > 0; --count) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    text += kPieces[(state >> 33) % std::size(kPieces)];
  }
  return text;
}

}  // namespace inlay::text
