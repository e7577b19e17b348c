// Requests to a tokenizer as JSON, and its answers: shared by the probe and the saved cases.
//
//   {"op": "encode", "text": "…", "pair": "…", "special": true, "truncation": {…},
//    "padding": {…}}
//   {"op": "decode", "ids": [101, 102], "skip_special": true}
//
// truncation and padding are written as in tokenizer.json. An answer is {"error": "…"} or the
// result.
#pragma once

#include <string>

#include "base/json.h"
#include "text/tokenizer.h"

namespace inlay::text {

// The answer as one line of JSON. Encodings come from the fused way and the general way where a
// tokenizer has both; an answer in which they differ is {"error": "fused and general differ: …"}.
std::string answer(const Tokenizer& tokenizer, const json::Value& request);

}  // namespace inlay::text
