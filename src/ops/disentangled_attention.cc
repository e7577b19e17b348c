#include "ops/disentangled_attention.h"

#include <algorithm>
#include <cmath>

#include "kernels/gemm.h"
#include "ops/lanes.h"

namespace inlay::ops {
namespace {

constexpr int64_t kQueriesPerBlock = 64;
constexpr int64_t kKeysPerBlock = 64;

int64_t aligned(int64_t floats) { return (floats + 15) / 16 * 16; }

// The table rows that the distances of a row of the batch need, in the order in which they come when the
// key goes on: column c of a product is for table row `last - c`.
class DistanceColumns {
 public:
  DistanceColumns(const DistanceTables& tables, int64_t length)
      : length_(length),
        first_(distance_row(tables.buckets, 1 - length, tables.span)),
        last_(distance_row(tables.buckets, length - 1, tables.span)) {
    for (int64_t ahead = 1 - length; ahead < length; ++ahead)
      columns_.push_back(
          static_cast<int32_t>(last_ - distance_row(tables.buckets, -ahead, tables.span)));
  }

  int64_t count() const { return last_ - first_ + 1; }
  int64_t last_row() const { return last_; }
  // Of a query: at [j] the column for key j.
  const int32_t* of_query(int64_t i) const { return columns_.data() + length_ - 1 - i; }

 private:
  int64_t length_, first_, last_;
  std::vector<int32_t> columns_;  // by how far the key is ahead of the query
};

// Parts of a thread's scratch, in floats from its beginning.
struct Scratch {
  int64_t packed, key_products, query_products, bias, attention, end;

  Scratch(const AttentionLayout& layout, int64_t length, int64_t columns) {
    const int64_t block = std::min(length, kQueriesPerBlock);
    const int64_t packed_bytes = kernels::gemm_kernel().packed_bytes(layout.head_dim, columns);
    packed = 0;
    key_products = packed + aligned(packed_bytes / int64_t{sizeof(float)});
    query_products = key_products + aligned(length * columns);
    bias = query_products + aligned(block * columns);
    attention = bias + aligned(block * length);
    const int64_t attention_bytes =
        kernels::attention_scratch_bytes(block, length, layout.head_dim, layout.v_dim);
    end = attention + aligned(attention_bytes / int64_t{sizeof(float)} + 1);
  }
};

// One head of one row of the batch.
struct HeadTask {
  const AttentionParams& params;
  const AttentionLayout& layout;
  const DistanceTables& tables;
  const DistanceColumns& columns;
  const AttentionRow& row;
  int64_t head;
  float* scratch;
  Scratch parts;

  // products[rows, columns] = scale · x · tableᵀ
  void multiply(const float* x, int64_t x_stride, int64_t rows, const float* packed,
                float* products) const {
    kernels::GemmArgs args{};
    args.a = x;
    args.a_stride = x_stride;
    args.b_packed = packed;
    args.c = products;
    args.m = rows;
    args.n = args.c_stride = columns.count();
    args.k = layout.head_dim;
    kernels::gemm_kernel().run(args, 0, args.m, 0, args.n);
  }

  // The head's part of a table, backwards.
  const float* pack(const float* table, int64_t stride) const {
    const int64_t count = columns.count();
    const kernels::PackSource source = {
        table + columns.last_row() * stride + head * layout.head_dim,
        kernels::Element::kF32,
        layout.head_dim,
        count,
        1,
        -stride,
        params.scale,
        0};
    kernels::gemm_kernel().pack(source, layout.head_dim, count, 0, count, scratch + parts.packed);
    return scratch + parts.packed;
  }

  // bias[queries, length] from the products of queries [begin, begin + queries), or 0.
  void spread_query_products(int64_t begin, int64_t queries) const {
    const int64_t length = row.q_rows;
    for (int64_t i = 0; i < queries; ++i) {
      const int32_t* const column = columns.of_query(begin + i);
      const float* const products = scratch + parts.query_products + i * columns.count();
      float* const bias = scratch + parts.bias + i * length;
      for (int64_t j = 0; j < length; ++j) bias[j] = tables.keys ? products[column[j]] : 0;
    }
  }

  // Adds the products of all keys. Blocks of keys, because each query reads one element of each key.
  void add_key_products(int64_t begin, int64_t queries) const {
    const int64_t length = row.q_rows, width = columns.count();
    for (int64_t first = 0; first < length; first += kKeysPerBlock)
      for (int64_t i = 0; i < queries; ++i) {
        const int32_t* const column = columns.of_query(begin + i);
        const float* const products = scratch + parts.key_products;
        float* const bias = scratch + parts.bias + i * length;
        for (int64_t j = first; j < std::min(length, first + kKeysPerBlock); ++j)
          bias[j] += products[j * width + column[j]];
      }
  }

  void attend(int64_t begin, int64_t queries) const {
    const int64_t q = row.q_begin + begin;
    kernels::AttentionArgs args{};
    args.q = layout.q + q * layout.q_stride + head * layout.head_dim;
    args.k = layout.k + row.k_begin * layout.k_stride + head * layout.head_dim;
    args.v = layout.v + row.k_begin * layout.v_stride + head * layout.v_dim;
    args.q_stride = layout.q_stride;
    args.k_stride = layout.k_stride;
    args.v_stride = layout.v_stride;
    args.out = layout.out + q * layout.out_stride + head * layout.v_dim;
    args.out_stride = layout.out_stride;
    args.bias = scratch + parts.bias;
    args.bias_row_stride = row.k_rows;
    args.bias_column_stride = 1;
    args.q_rows = queries;
    args.k_rows = row.k_rows;
    args.head_dim = layout.head_dim;
    args.v_dim = layout.v_dim;
    args.scale = params.scale;
    args.scratch = scratch + parts.attention;
    kernels::attention(args);
  }

  void run() const {
    const int64_t offset = head * layout.head_dim;
    if (tables.queries)
      multiply(layout.k + row.k_begin * layout.k_stride + offset, layout.k_stride, row.k_rows,
               pack(tables.queries, tables.queries_stride), scratch + parts.key_products);
    const float* const keys = tables.keys ? pack(tables.keys, tables.keys_stride) : nullptr;
    for (int64_t begin = 0; begin < row.q_rows; begin += kQueriesPerBlock) {
      const int64_t queries = std::min(kQueriesPerBlock, row.q_rows - begin);
      if (keys)
        multiply(layout.q + (row.q_begin + begin) * layout.q_stride + offset, layout.q_stride,
                 queries, keys, scratch + parts.query_products);
      spread_query_products(begin, queries);
      if (tables.queries) add_key_products(begin, queries);
      attend(begin, queries);
    }
  }
};

}  // namespace

int64_t distance_row(const DistanceBuckets& buckets, int64_t distance, int64_t span) {
  const int64_t middle = buckets.buckets / 2, size = std::abs(distance);
  int64_t bucket = distance;
  if (buckets.buckets > 0 && size > middle) {
    const auto half = static_cast<float>(middle);
    const float most = static_cast<float>(static_cast<double>(buckets.max_distance - 1) /
                                          static_cast<double>(middle));
    const float share = std::log(static_cast<float>(size) / half) / std::log(most);
    bucket = static_cast<int64_t>(std::ceil(share * (half - 1))) + middle;
    if (distance < 0) bucket = -bucket;
  }
  return std::clamp<int64_t>(bucket + span, 0, 2 * span - 1);
}

Status run_disentangled_rows(const StepCall& call, const AttentionParams& params,
                             const AttentionLayout& layout, const DistanceTables& tables,
                             std::span<const AttentionRow> rows) {
  std::vector<DistanceColumns> columns;
  int64_t longest = 0, widest = 0;
  for (const AttentionRow& row : rows) {
    columns.emplace_back(tables, row.q_rows);
    longest = std::max(longest, row.q_rows);
    widest = std::max(widest, columns.back().count());
  }
  const int64_t count = static_cast<int64_t>(rows.size()) * params.heads;
  const int64_t lanes = lane_count(call.run.pool(), count);
  const int64_t lane_floats = Scratch(layout, longest, widest).end;
  INLAY_ASSIGN(std::byte* const scratch,
               call.run.scratch(lane_floats * lanes * int64_t{sizeof(float)}));
  for_each_in_lanes(call.run.pool(), count, lanes, [&](int64_t lane, int64_t i) {
    const auto at = static_cast<size_t>(i / params.heads);
    if (call.run.cancelled() || rows[at].q_rows == 0) return;
    HeadTask{params,
             layout,
             tables,
             columns[at],
             rows[at],
             i % params.heads,
             reinterpret_cast<float*>(scratch) + lane * lane_floats,
             Scratch(layout, rows[at].q_rows, columns[at].count())}
        .run();
  });
  return Status();
}

}  // namespace inlay::ops
