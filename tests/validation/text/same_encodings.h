// What the fused tests hold against each other.
#pragma once

#include <gtest/gtest.h>

#include "columns.h"
#include "text/tokenizer.h"

namespace inlay::text {

inline testing::AssertionResult same(const Encoding& a, const Encoding& b) {
  const auto differ = [](const char* what) { return testing::AssertionFailure() << what; };
  if (list(a.ids()) != list(b.ids())) return differ("ids");
  if (list(a.type_ids()) != list(b.type_ids())) return differ("type ids");
  if (list(a.attention_mask()) != list(b.attention_mask())) return differ("attention mask");
  if (list(a.special_tokens_mask()) != list(b.special_tokens_mask()))
    return differ("special tokens mask");
  if (a.with_offsets != b.with_offsets) return differ("with offsets");
  if (a.with_offsets && list(a.offsets()) != list(b.offsets())) return differ("offsets");
  if (list(a.word_ids()) != list(b.word_ids())) return differ("word ids");
  if (a.truncated != b.truncated) return differ("truncated");
  if (a.overflowing.size() != b.overflowing.size()) return differ("count of windows");
  for (size_t i = 0; i < a.overflowing.size(); ++i) {
    if (auto all = same(a.overflowing[i], b.overflowing[i]); !all) return all << " of window " << i;
  }
  return testing::AssertionSuccess();
}

// The fused way and the general way, with every kind of option.
inline testing::AssertionResult same_both_ways(const Tokenizer& tokenizer, std::string_view text) {
  const auto truncated = [](size_t length, size_t stride) {
    EncodeOptions options;
    options.truncation = Truncation{.max_length = length, .stride = stride};
    return options;
  };
  const EncodeOptions all[] = {{},
                               {.add_special_tokens = false},
                               {.offsets = false},
                               {.offset_unit = OffsetUnit::kCharacters},
                               {.padding = Padding{.length = 7}},
                               truncated(6, 1),
                               truncated(40, 0)};
  for (const EncodeOptions& options : all) {
    for (const auto pair : {std::optional<std::string_view>(), {"a pair"}}) {
      const auto fused = tokenizer.encode(text, pair, options);
      const auto general = tokenizer.encode_general(text, pair, options);
      if (fused.ok() != general.ok() || fused.message() != general.message())
        return testing::AssertionFailure() << fused.message() << " | " << general.message();
      if (!fused.ok()) continue;
      if (auto as_general = same(*fused, *general); !as_general)
        return as_general << ", options " << &options - all << (pair ? ", pair" : "");
    }
  }
  return testing::AssertionSuccess();
}

}  // namespace inlay::text
