// Vocabularies as tokenizer.json and vocab.json have them.
#pragma once

#include "base/json.h"
#include "text/vocabulary.h"

namespace inlay::text {

// {"[PAD]": 0, …}, to be finished by the caller. Fails with kCorrupt for ids that are none.
Result<Vocabulary> parse_vocabulary(const json::Value& value);

}  // namespace inlay::text
