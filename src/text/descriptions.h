// The four small components of a tokenizer as the JSON that describes them in a tokenizer.json.
//
// A tokenizer keeps them, so that saving writes what was read. What is not read from a
// tokenizer.json is described in the same words first: conversions have no other way to components.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/json.h"

namespace inlay::text {

// Each is one JSON object, or "" where there is no such component.
struct Descriptions {
  std::string normalizer, pre_tokenizer, post_processor, decoder;
};

// The JSON of a value, on one line.
std::string json_text(const json::Value& value);
// The JSON of a string, with its quotes.
std::string json_text(std::string_view text);

// {"type": "Sequence", "<key>": [parts]}; parts that are "" are left out. "" without any.
std::string describe_sequence(std::string_view key, std::span<const std::string> parts);

}  // namespace inlay::text
