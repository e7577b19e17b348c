// The pre-tokenizer ByteLevel.
#pragma once

#include "text/component.h"

namespace inlay::text {

struct ByteLevelOptions {
  bool add_prefix_space = true;  // every piece that does not begin with a space gets one
  bool use_regex = true;         // cut as GPT-2 does
};

std::unique_ptr<PreTokenizer> make_byte_level(const ByteLevelOptions& options);

}  // namespace inlay::text
