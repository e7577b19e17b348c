// What the post-processors share.
#pragma once

#include "base/json.h"
#include "text/component.h"

namespace inlay::text {

// Special tokens with their type ids, in front of a text and behind it.
struct Wrapping {
  std::vector<uint32_t> prefix, suffix;
  uint32_t prefix_type_id = 0, suffix_type_id = 0;
};

// Puts special tokens around an encoding and around its overflowing windows. What was special
// inside is not any more, as in the peer.
void wrap(Encoding& encoding, const Wrapping& wrapping);

// Takes the white space of tokens out of the offsets of `part` and its overflowing windows. With
// `add_prefix_space` a token at the begin keeps one space, the one that was added.
void trim_offsets(Part& part, bool add_prefix_space);

// One behind the other; the windows of all are combined, each with each.
Result<Encoding> join(std::vector<Part> parts);

// ["[SEP]", 102]
Result<uint32_t> parse_token_pair(const json::Value& value);

}  // namespace inlay::text
