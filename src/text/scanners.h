// The patterns of well-known models, as scanners written by hand.
//
// A scanner answers where the match that begins at `at` ends. All of these patterns match
// everywhere, so that one match begins where the last one ended. They are recognised by their exact
// text; the tests hold each against the regular-expression engine. No state: safe for any thread.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "text/match.h"

namespace inlay::text {

// Requires well-formed UTF-8 and at < text.size(). Returns more than `at`.
using Scanner = size_t (*)(std::string_view text, size_t at);

// GPT-2, RoBERTa, Whisper.
size_t scan_gpt2(std::string_view text, size_t at);
// cl100k_base and Llama 3: numbers of up to three digits, lines apart.
size_t scan_llama3(std::string_view text, size_t at);
// Qwen 2: like Llama 3, each digit for itself.
size_t scan_qwen2(std::string_view text, size_t at);
// o200k_base: words cut where a lower-case letter is followed by an upper-case one.
size_t scan_o200k(std::string_view text, size_t at);

// The scanner of a regular expression, or null.
Scanner find_scanner(std::string_view pattern);

// All matches of `text`, one behind the other.
void scan_matches(Scanner scanner, std::string_view text, std::vector<Match>& matches);

}  // namespace inlay::text
