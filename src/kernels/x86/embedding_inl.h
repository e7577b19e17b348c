// The embedding layer over one Vec; see embedding.h.
#pragma once

#include "kernels/embedding.h"
#include "kernels/x86/element_inl.h"
#include "kernels/x86/layer_norm_inl.h"

namespace inlay::kernels {
namespace {

inline int64_t entry_of(const EmbeddingTable& table, int64_t row) {
  if (!table.ids) return 0;
  if (table.id_bytes == 8) return static_cast<const int64_t*>(table.ids)[row];
  return static_cast<const int32_t*>(table.ids)[row];
}

// Rows of a large table lie anywhere in memory: asks for the one that is read a few tokens later.
inline void prefetch_entry(const EmbeddingTable& table, int64_t row, int64_t columns) {
  const int64_t bytes = table.element == Element::kF32 ? 4 : 2;
  const char* entry =
      static_cast<const char*>(table.data) + entry_of(table, row) * table.stride * bytes;
  for (int64_t i = 0; i < columns * bytes; i += 64) _mm_prefetch(entry + i, _MM_HINT_T0);
}

// y = entry, or y + entry.
template <class Type>
inline void add_entry(const EmbeddingTable& table, int64_t row, bool first, float* y, int64_t n) {
  const auto* entry =
      static_cast<const typename Type::Stored*>(table.data) + entry_of(table, row) * table.stride;
  int64_t i = 0;
  for (; i + Vec::kWidth <= n; i += Vec::kWidth) {
    const Vec::F x = Type::load(entry + i);
    Vec::store(y + i, first ? x : Vec::add(Vec::load(y + i), x));
  }
  if (i == n) return;
  const Vec::F x = Type::load_first(entry + i, n - i);
  Vec::store_first(y + i, first ? x : Vec::add(Vec::load_first(y + i, n - i), x), n - i);
}

inline void add_entry(const EmbeddingTable& table, int64_t row, bool first, float* y, int64_t n) {
  switch (table.element) {
    case Element::kF32: return add_entry<F32>(table, row, first, y, n);
    case Element::kF16: return add_entry<F16>(table, row, first, y, n);
    case Element::kBf16: return add_entry<Bf16>(table, row, first, y, n);
  }
}

inline void run_embedding(const EmbeddingArgs& args, int64_t row_begin, int64_t row_end) {
  constexpr int64_t kAhead = 2;
  for (int64_t row = row_begin; row < row_end; ++row) {
    float* y = args.y + row * args.y_stride;
    if (row + kAhead < row_end) prefetch_entry(args.tables[0], row + kAhead, args.columns);
    for (int32_t t = 0; t < args.table_count; ++t) {
      add_entry(args.tables[t], row, t == 0, y, args.columns);
    }
    if (args.normalize) {
      normalize_row(y, args.gamma, args.beta, args.epsilon, false, y, args.columns);
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
