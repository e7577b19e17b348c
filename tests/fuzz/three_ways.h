// The three ways from a text to tokens, which must agree.
#pragma once

#include <algorithm>

#include "base/utf8.h"
#include "fuzz_target.h"
#include "text/tokenizer.h"

namespace inlay::text {

inline void check_three_ways(const Tokenizer& tokenizer, std::string_view text) {
  const auto encoding = tokenizer.encode(text, std::nullopt, {});
  const auto general = tokenizer.encode_general(text, std::nullopt, {});
  std::vector<int32_t> ids;
  const auto truncated = tokenizer.encode_ids(text, 0, ids);
  INLAY_FUZZ_CHECK(!encoding.ok() || utf8_error(text) == std::string_view::npos);
  INLAY_FUZZ_CHECK(encoding.ok() == general.ok() && encoding.message() == general.message());
  INLAY_FUZZ_CHECK(encoding.ok() == truncated.ok());
  if (!encoding.ok()) return;
  INLAY_FUZZ_CHECK(*encoding == *general);
  INLAY_FUZZ_CHECK(std::ranges::equal(ids, encoding->ids()));
}

}  // namespace inlay::text
