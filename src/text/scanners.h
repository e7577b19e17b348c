// The patterns of well-known models, as scanners written by hand.
//
// A scanner cuts a text where its pattern's matches begin and end, so that each match, and each
// stretch between two, is a piece. They are recognised by their exact text; the tests hold each
// against the regular-expression engine. No state: safe for any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "text/match.h"

namespace inlay::text {

struct Scanner {
  // Writes the ends of the next pieces, `most` of them unless the text ends before, and returns how
  // many. The first piece begins at `at`, each other one where the one before it ended.
  // Requires well-formed UTF-8 of less than 4 GiB, at < text.size(), most > 0.
  size_t (*ends)(std::string_view text, size_t at, uint32_t* out, size_t most);
  bool matches_all;  // every piece is a match
};

// GPT-2, RoBERTa, Whisper.
extern const Scanner kGpt2Scanner;
// Each digit (Rust's is_numeric) for itself: the pre-tokenizer Digits.
extern const Scanner kDigitScanner;

// The scanner of a regular expression, or null:
//  GPT-2; cl100k_base and Llama 3 (numbers of up to three digits, lines apart); Qwen 2 (each digit
//  for itself) and Qwen 3.5 (marks belong to words); o200k_base (words cut where a lower-case
//  letter is followed by an upper-case one); the three of DeepSeek V3.
const Scanner* find_scanner(std::string_view pattern);

// All pieces of `text`, one behind the other, as matches. Requires scanner.matches_all.
void scan_matches(const Scanner& scanner, std::string_view text, std::vector<Match>& matches);

}  // namespace inlay::text
