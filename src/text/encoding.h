// What encoding a text gives, and what is done to it afterwards: truncation, merging, padding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "text/token_columns.h"

namespace inlay::text {

// How many white-space characters a token's text begins and ends with, GPT-2's Ġ included.
struct Spaces {
  uint32_t leading = 0;
  uint32_t trailing = 0;
};
Spaces count_spaces(std::string_view token);

enum class Direction : uint8_t { kLeft, kRight };

// Cuts at most `max_length` tokens off; what is cut comes as overflowing windows of `stride` tokens
// overlap. max_length counts special tokens where they are added.
struct Truncation {
  enum class Strategy : uint8_t { kLongestFirst, kOnlyFirst, kOnlySecond };
  size_t max_length = 512;
  size_t stride = 0;
  Strategy strategy = Strategy::kLongestFirst;
  Direction direction = Direction::kRight;  // the side that is cut
};

// Fills up to `length` tokens, or to the longest of the batch; then to a multiple of `multiple_of`.
struct Padding {
  std::optional<size_t> length = {};        // none: the longest of the batch
  size_t multiple_of = 0;                   // 0: any length
  Direction direction = Direction::kRight;  // the side that is filled
  uint32_t id = 0;
  uint32_t type_id = 0;
};

// One row of a batch. Offsets are bytes of the original text unless asked for otherwise, words the
// pre-tokens within it. Special tokens and padding have offsets {0, 0} and no word; padding has
// attention 0.
struct Encoding : TokenColumns {
  std::vector<Spaces> spaces;         // only on the way to a post-processor that trims offsets
  std::vector<Encoding> overflowing;  // windows over what truncation cut, in Hugging Face's order
  bool with_offsets = true;           // false: offsets mean nothing, nor the windows'
  bool truncated = false;
};

// Cuts `encoding` to `max_length` tokens; the rest becomes overflowing windows. Fails with
// kInvalidArgument when stride >= max_length > 0, kOutOfMemory when the windows would hold more
// than kMaxOverflowTokens.
inline constexpr size_t kMaxOverflowTokens = size_t{1} << 24;
Status truncate(Encoding& encoding, size_t max_length, size_t stride, Direction direction);

// Cuts a text, or a pair (`pair` may be null), to `max_length` tokens in total, as the strategy
// says. Fails with kInvalidArgument when the strategy cannot reach it.
Status truncate(Encoding& encoding, Encoding* pair, size_t max_length, const Truncation& options);

// Appends `next` to `encoding`. Overflowing windows of both are combined: each with each. Offsets
// remain when both have them.
Status append(Encoding& encoding, const Encoding& next);

// Fills every encoding, and its overflowing windows, as `padding` says.
// Fails with kInvalidArgument when the length would exceed kMaxPaddedLength.
inline constexpr size_t kMaxPaddedLength = size_t{1} << 26;
Status pad(std::span<Encoding> batch, const Padding& padding);

}  // namespace inlay::text
