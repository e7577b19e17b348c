// Vocabularies as tokenizer.json and vocab.json have them.
#pragma once

#include "base/json.h"
#include "base/json_writer.h"
#include "text/vocabulary.h"

namespace inlay::text {

// {"[PAD]": 0, …}, to be finished by the caller. Fails with kCorrupt for ids that are none.
Result<Vocabulary> parse_vocabulary(const json::Value& value);

// The same object again.
void write_vocabulary(json::Writer& out, const Vocabulary& vocabulary);

}  // namespace inlay::text
