// The index of the greatest or least element along an axis: what ArgMax, ArgMin and Hardmax share.
#pragma once

#include <algorithm>
#include <span>

#include "ops/lanes.h"
#include "ops/op.h"

namespace inlay::ops {

Status infer_arg_extreme(Inference& in);
Status lower_arg_extreme(Lowering& low, bool greatest);

struct ExtremeChoice {
  bool greatest, last;  // else the least; else the first of equal ones
};

// Some neighbours among the lines of [length, inner].
struct ExtremeLines {
  const std::byte* x;  // of the first of them
  int64_t length, inner, count;
};
inline constexpr int64_t kExtremeLines = 256;  // at most in one call

// index[count]: where each line has its extreme. NaNs are passed over, but for one in front. Null for types that
// are no numbers.
using FindExtremes = void (*)(const ExtremeLines& lines, ExtremeChoice choice, int64_t* index);
FindExtremes find_extremes(DType dtype);

// Calls body(outer, first, indices) over all threads for the lines of [outer, length, inner], some neighbours at a
// time. Fails where lines have no elements.
template <class Body>
Status for_each_extreme(RunServices& run, const ExtremeLines& all, int64_t outer,
                        int64_t element_bytes, FindExtremes find, ExtremeChoice choice,
                        Body&& body) {
  const int64_t inner = all.inner, length = all.length;
  if (outer * inner == 0) return Status();
  if (length == 0) return invalid("expected at least one element along the axis, found none");
  const int64_t blocks = (inner + kExtremeLines - 1) / kExtremeLines;
  constexpr int64_t kElementsPerTask = 1 << 14;
  for_each_range(run.pool(), outer * blocks,
                 kElementsPerTask / (length * std::min(inner, kExtremeLines) + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   int64_t index[kExtremeLines];
                   for (int64_t i = begin; i < end && !run.cancelled(); ++i) {
                     const int64_t first = i % blocks * kExtremeLines, o = i / blocks;
                     const int64_t count = std::min(inner - first, kExtremeLines);
                     const int64_t at = o * length * inner + first;
                     find({all.x + at * element_bytes, length, inner, count}, choice, index);
                     body(o, first, std::span<const int64_t>(index, static_cast<size_t>(count)));
                   }
                 });
  return Status();
}

}  // namespace inlay::ops
