// What the pre-tokenizer and the decoder Metaspace share: SentencePiece's visible space.
#pragma once

#include <string>

#include "base/json.h"
#include "text/component.h"

namespace inlay::text {

enum class PrependScheme : uint8_t { kFirst, kNever, kAlways };

struct MetaspaceOptions {
  std::string replacement = "\u2581";  // one character
  PrependScheme scheme = PrependScheme::kAlways;
  bool split = true;
};

// {"replacement": "▁", "prepend_scheme": "always", "split": true}, or with "add_prefix_space" as
// old files have it.
Result<MetaspaceOptions> parse_metaspace_options(const json::Value& value);

std::unique_ptr<PreTokenizer> make_metaspace(const MetaspaceOptions& options);
std::unique_ptr<Decoder> make_metaspace_decoder(const MetaspaceOptions& options);

}  // namespace inlay::text
