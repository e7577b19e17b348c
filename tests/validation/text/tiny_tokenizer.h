// tests/data/text/tiny_wordpiece.json, for unit tests.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "text/tokenizer.h"

namespace inlay::text {

inline std::string read_test_data(const std::string& name) {
  std::ifstream file(std::string(INLAY_TEST_DATA "/text/") + name, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The text with `from` replaced once by `to`; a test that finds no `from` fails.
inline std::string changed(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

inline std::string tiny_json() { return read_test_data("tiny_wordpiece.json"); }

inline std::shared_ptr<const Tokenizer> made(const std::string& json) {
  auto tokenizer = Tokenizer::from_json(json, "tiny.json");
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.message();
  return tokenizer.ok() ? *tokenizer : nullptr;
}

inline std::shared_ptr<const Tokenizer> tiny() { return made(tiny_json()); }

}  // namespace inlay::text
