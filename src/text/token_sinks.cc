#include "text/token_sinks.h"

#include <algorithm>

namespace inlay::text {

void EncodingSink::grow(size_t count) {
  const size_t all = to_.text.size();
  const size_t done = std::min<size_t>(count_ == 0 ? 0 : offsets_[count_ - 1].end, all);
  const double tokens_per_byte = static_cast<double>(count_) / static_cast<double>(done + 1);
  const double rest = std::min(tokens_per_byte, 1.0) * static_cast<double>(all - done);
  out_.resize(count_);
  out_.reserve(count_ + count_ / 8 + static_cast<size_t>(rest) + count);
  find_columns();
}

}  // namespace inlay::text
