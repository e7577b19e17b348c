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

// Around a text of type 0.
PostProcessor::Frame frame_of(const Wrapping& wrapping);

// Puts special tokens around an encoding and around its overflowing windows. What was special
// inside is not any more, as in the peer.
void wrap(Encoding& encoding, const Wrapping& wrapping);

// Takes `spaces` out of a token's offset into `text`; with `keeps_added_space` one that leads it is
// the one that was added, and stays.
inline void trim_offset(Offset& offset, Spaces spaces, std::string_view text,
                        bool keeps_added_space);

// Takes the white space of tokens out of the offsets of `part` and its overflowing windows. With
// `add_prefix_space` a token at the begin keeps one space, the one that was added.
void trim_offsets(Part& part, bool add_prefix_space);

// One behind the other; the windows of all are combined, each with each.
Result<Encoding> join(std::vector<Part> parts);

// ["[SEP]", 102]
Result<uint32_t> parse_token_pair(const json::Value& value);

// The case that is not "at most one space, and in front".
void trim_offset_of_any(Offset& offset, Spaces spaces, std::string_view text);

inline void trim_offset(Offset& offset, Spaces spaces, std::string_view text,
                        bool keeps_added_space) {
  if (keeps_added_space && spaces.leading == 1) spaces.leading = 0;
  if (spaces.leading >= offset.end - offset.begin) {
    offset.begin = offset.end;
    return;
  }
  // Nearly all tokens, without a branch on which has a space.
  const bool is_plain = spaces.trailing == 0 && spaces.leading <= 1;
  if (is_plain && ((spaces.leading ^ 1u) | static_cast<uint32_t>(text[offset.begin] == ' ')) != 0) {
    offset.begin += spaces.leading;
  } else {
    trim_offset_of_any(offset, spaces, text);
  }
}

}  // namespace inlay::text
