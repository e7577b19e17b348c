// Attention of one head over one Vec; see attention.h.
//
// Keys are taken in blocks of kKeyBlock: each is packed once (keys transposed and scaled, values side by
// side), then every tile of query rows computes its scores, their exponentials against the largest
// score so far, and their product with the values. What earlier blocks gave is scaled down when a later
// one holds a larger score (Milakov and Gimelshein 2018; Dao et al. 2022). Blocks are cut by key index
// alone, so a query's result does not depend on its neighbours.
//
// A head's rows are short and far apart, so the processor does not foresee them: while one head computes, the lines
// of the next one are asked for.
#pragma once

#include "kernels/attention.h"
#include "kernels/x86/pack_inl.h"
#include "kernels/x86/softmax_inl.h"

namespace inlay::kernels {
namespace {

constexpr int64_t kKeyBlock = 512;

inline int64_t padded(int64_t n) { return (n + kPanel - 1) / kPanel * kPanel; }
inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

// The scratch, in floats from its beginning.
struct AttentionScratch {
  int64_t score_stride, keys, values, scores, products, max, sum, end;

  AttentionScratch(int64_t q_rows, int64_t k_rows, int64_t head_dim, int64_t v_dim) {
    const int64_t block = padded(smaller(k_rows, kKeyBlock));
    score_stride = block + 16;  // rows a power of two apart would share cache sets
    keys = 0;
    values = keys + block * head_dim;
    scores = values + block * padded(v_dim);
    products = scores + Vec::kGemmRows * score_stride;
    max = products + Vec::kGemmRows * kPanel;
    sum = max + padded(q_rows);
    end = sum + padded(q_rows);
  }
};

inline int64_t attention_bytes(int64_t q_rows, int64_t k_rows, int64_t head_dim, int64_t v_dim) {
  const AttentionScratch scratch(q_rows, k_rows, head_dim, v_dim);
  return scratch.end * static_cast<int64_t>(sizeof(float));
}

// The lines of what comes next, asked for by the tiles that compute now: each names a column of lines, and its loop
// goes down the rows.
class LinesAhead {
 public:
  explicit LinesAhead(const AttentionArgs* next) {
    if (!next) return;
    const AttentionArgs& a = *next;
    parts_[0] = {a.k, a.k_stride, a.k_rows, a.head_dim};
    parts_[1] = {a.v, a.v_stride, a.k_rows, a.v_dim};
    parts_[2] = {a.q, a.q_stride, a.q_rows, a.head_dim};
    parts_[3] = {a.out, a.out_stride, a.q_rows, a.v_dim};
    left_ = 4;
  }

  // Gives the tile what it asks for in its turns: a line every second step of k.
  void give(Tile& tile) {
    if (left_ == 0) return;
    const Part& part = parts_[4 - left_];
    tile.next = reinterpret_cast<const char*>(part.at + row_ * part.stride + column_);
    tile.next_step = part.stride * static_cast<int64_t>(sizeof(float)) / 2;
    row_ += tile.turns * (tile.k / 4 * 2);
    if (row_ < part.rows) return;
    row_ = 0;
    column_ += kLine;
    if (column_ < part.columns) return;
    column_ = 0;
    --left_;
  }

 private:
  static constexpr int64_t kLine = 64 / sizeof(float);
  struct Part {
    const float* at;
    int64_t stride, rows, columns;
  };
  Part parts_[4] = {};
  int left_ = 0;
  int64_t row_ = 0, column_ = 0;
};

struct AttentionBlock {
  const AttentionArgs& args;
  LinesAhead& ahead;
  const AttentionScratch scratch;
  int64_t key_begin, keys;  // of this block
  bool first;

  float* at(int64_t offset) const { return args.scratch + offset; }

  // How many of this block's keys query i may see; below 0 when it lies before all of them.
  int64_t visible(int64_t i) const {
    if (!args.causal) return keys;
    return smaller(i + args.causal_offset + 1 - key_begin, keys);
  }
};

// Keys to panels [head_dim, kPanel], times the scale.
inline void pack_keys(const AttentionBlock& b) {
  const AttentionArgs& args = b.args;
  const float* keys = args.k + b.key_begin * args.k_stride;
  const PackSource source = {keys, Element::kF32, args.head_dim, b.keys,
                             1,    args.k_stride, args.scale,    0};
  for (int64_t key = 0; key < padded(b.keys); key += Vec::kWidth) {
    const int64_t left = b.keys - key, count = left < 0 ? 0 : smaller(left, Vec::kWidth);
    float* panel = b.at(b.scratch.keys) + key / kPanel * kPanel * args.head_dim;
    Packer<F32>::pack_columns<true>(source, keys + key * args.k_stride, count,
                                    panel + key % kPanel);
  }
}

// Values to panels [keys, kPanel] of columns.
inline void pack_values(const AttentionBlock& b) {
  const AttentionArgs& args = b.args;
  for (int64_t column = 0; column < padded(args.v_dim); column += Vec::kWidth) {
    const float* from = args.v + b.key_begin * args.v_stride + column;
    float* to = b.at(b.scratch.values) + column / kPanel * kPanel * b.keys + column % kPanel;
    const int64_t left = args.v_dim - column, count = left < 0 ? 0 : smaller(left, Vec::kWidth);
    for (int64_t key = 0; key < b.keys; ++key) {
      const float* p = from + key * args.v_stride;
      Vec::store(to + key * kPanel,
                 count == Vec::kWidth ? Vec::load(p) : Vec::load_first(p, count));
    }
  }
}

inline void score_tile(const AttentionBlock& b, int64_t row, int64_t rows, int64_t keys) {
  if (keys == 0) return;
  const AttentionArgs& args = b.args;
  const float* panels = b.at(b.scratch.keys);
  Tile tile = {args.q + row * args.q_stride,
               args.q_stride,
               panels,
               kPanel * args.head_dim,
               nullptr,
               b.at(b.scratch.scores),
               b.scratch.score_stride,
               args.head_dim,
               reinterpret_cast<const char*>(panels),
               0};
  tile.turns = padded(keys) / kPanel;
  b.ahead.give(tile);
  run_tile(rows, tile);
}

inline void add_bias(const AttentionBlock& b, int64_t row, float* scores, int64_t keys) {
  const AttentionArgs& args = b.args;
  const float* bias =
      args.bias + row * args.bias_row_stride + b.key_begin * args.bias_column_stride;
  if (args.bias_column_stride != 1) {
    for (int64_t j = 0; j < keys; ++j) scores[j] += bias[j * args.bias_column_stride];
    return;
  }
  int64_t j = 0;
  for (; j + Vec::kWidth <= keys; j += Vec::kWidth) {
    Vec::store(scores + j, Vec::add(Vec::load(scores + j), Vec::load(bias + j)));
  }
  for (; j < keys; ++j) scores[j] += bias[j];
}

// One tile of queries against one block of keys.
struct AttentionTile {
  int64_t row, rows, keys;  // keys: as many as the last of the rows may see
  float max[Vec::kGemmRows];
  float factors[Vec::kGemmRows];  // what the earlier blocks' products have to be multiplied by
  float scales[Vec::kGemmRows];
};

// The largest scores so far. A pass of its own: its latency then hides behind the other rows.
inline void find_largest(const AttentionBlock& b, AttentionTile& tile) {
  for (int64_t r = 0; r < tile.rows; ++r) {
    float* scores = b.at(b.scratch.scores) + r * b.scratch.score_stride;
    const int64_t seen = b.visible(tile.row + r), n = seen < 0 ? 0 : seen;
    for (int64_t j = n; j < tile.keys; ++j) scores[j] = 0;
    if (b.args.bias) add_bias(b, tile.row + r, scores, n);
    const float before = b.first ? kLowestFloat : b.at(b.scratch.max)[tile.row + r];
    const float here = row_max(scores, n);
    tile.max[r] = here > before ? here : before;
  }
}

// exp(before - now) of the tile's rows, for all at once.
inline void find_factors(const AttentionBlock& b, AttentionTile& tile) {
  float* before = b.at(b.scratch.max) + tile.row;
  for (int64_t r = 0; r < tile.rows; r += Vec::kWidth) {
    const int64_t n = tile.rows - r;
    const Vec::F rise = Vec::sub(Vec::get(before + r, n), Vec::get(tile.max + r, n));
    Vec::put(tile.factors + r, exp_nonpositive<Vec>(rise), n);
  }
}

// Scores to exponentials, and their sums.
inline void weigh(const AttentionBlock& b, AttentionTile& tile, bool last) {
  if (!b.first) find_factors(b, tile);
  float* sums = b.at(b.scratch.sum) + tile.row;
  for (int64_t r = 0; r < tile.rows; ++r) {
    float* scores = b.at(b.scratch.scores) + r * b.scratch.score_stride;
    const int64_t seen = b.visible(tile.row + r), n = seen < 0 ? 0 : seen;
    const float sum = row_exp<true>(scores, scores, n, tile.max[r]);
    sums[r] = b.first ? sum : sums[r] * tile.factors[r] + sum;
    b.at(b.scratch.max)[tile.row + r] = tile.max[r];
    const bool blind = seen + b.key_begin <= 0;
    tile.scales[r] = blind || !last ? 1.0f : 1.0f / sums[r];
  }
}

// out = products * scale for a whole panel of columns, when there is one block of keys.
inline void scale_panel(float* out, const float* products, float scale) {
  const Vec::F s = Vec::set(scale);
  Vec::store(out, Vec::mul(Vec::load(products), s));
  Vec::store(out + Vec::kWidth, Vec::mul(Vec::load(products + Vec::kWidth), s));
}

// out = (out * factor + products) * scale for the columns of a panel that there are.
inline void gather_row(float* out, const float* products, int64_t n, bool first, float factor,
                       float scale) {
  for (int64_t i = 0; i < n; i += Vec::kWidth) {
    Vec::F y = Vec::load(products + i);
    if (!first) y = Vec::fma(Vec::get(out + i, n - i), Vec::set(factor), y);
    Vec::put(out + i, Vec::mul(y, Vec::set(scale)), n - i);
  }
}

inline void value_tile(const AttentionBlock& b, const AttentionTile& tile) {
  const AttentionArgs& args = b.args;
  float* products = b.at(b.scratch.products);
  for (int64_t column = 0; column < args.v_dim; column += kPanel) {
    const float* panel = b.at(b.scratch.values) + column * b.keys;
    Tile product = {b.at(b.scratch.scores),
                    b.scratch.score_stride,
                    panel,
                    0,
                    nullptr,
                    products,
                    kPanel,
                    tile.keys,
                    reinterpret_cast<const char*>(panel),
                    0};
    b.ahead.give(product);
    run_tile(tile.rows, product);
    const int64_t columns = smaller(args.v_dim - column, kPanel);
    for (int64_t r = 0; r < tile.rows; ++r) {
      float* out = args.out + (tile.row + r) * args.out_stride + column;
      if (b.first && columns == kPanel)
        scale_panel(out, products + r * kPanel, tile.scales[r]);
      else
        gather_row(out, products + r * kPanel, columns, b.first, tile.factors[r], tile.scales[r]);
    }
  }
}

// The last block divides by the sums; a query that has seen no key gets 0.
inline void attend_tile(const AttentionBlock& b, int64_t row, int64_t rows, bool last) {
  AttentionTile tile;
  tile.row = row;
  tile.rows = rows;
  const int64_t seen = b.visible(row + rows - 1);
  tile.keys = seen < 0 ? 0 : seen;
  score_tile(b, row, rows, tile.keys);
  find_largest(b, tile);
  weigh(b, tile, last);
  value_tile(b, tile);
}

inline void run_attention(const AttentionArgs& args) {
  const AttentionScratch scratch(args.q_rows, args.k_rows, args.head_dim, args.v_dim);
  const int64_t tiles = tile_count(args.q_rows);
  LinesAhead ahead(args.next);
  int64_t begin = 0;
  do {
    const int64_t keys = smaller(args.k_rows - begin, kKeyBlock);
    const AttentionBlock block = {args, ahead, scratch, begin, keys, begin == 0};
    pack_keys(block);
    pack_values(block);
    for (int64_t t = 0; t < tiles; ++t) {
      if (args.stop()) return;
      const int64_t row = tile_begin(args.q_rows, tiles, t);
      const int64_t rows = tile_begin(args.q_rows, tiles, t + 1) - row;
      attend_tile(block, row, rows, begin + keys >= args.k_rows);
    }
    begin += keys;
  } while (begin < args.k_rows);
}

}  // namespace
}  // namespace inlay::kernels
