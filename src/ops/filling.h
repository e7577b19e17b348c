// Runs of one element.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace inlay::ops {

// n copies of the element at `value` side by side.
inline void fill_elements(std::byte* dst, const std::byte* value, int64_t n, int64_t bytes) {
  if (n <= 0) return;
  constexpr int64_t kPiece = 4096;  // what is copied again and again stays in cache
  const int64_t total = n * bytes;
  std::memcpy(dst, value, static_cast<size_t>(bytes));
  for (int64_t done = bytes; done < total;) {
    const int64_t more = std::min({done, total - done, kPiece / bytes * bytes});
    std::memcpy(dst + done, dst, static_cast<size_t>(more));
    done += more;
  }
}

}  // namespace inlay::ops
