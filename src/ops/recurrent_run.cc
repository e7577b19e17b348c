// Recurrent operators while they run.
//
// Per direction: a window of time's products with the inputs, then step by step the products of the states on top of
// them, in place. A step is cut into parts by units, and rows of a large batch into chains of their own (base/chains.h):
// each part computes the gates of its units, completes them and writes its units of the next state, beside the one
// that others still read.
//
// For few rows a step costs what it takes to bring the weights from the second-level cache. They are walked forth
// and back in turns, so that what was used last is used first: weights that nearly fill the cache mostly stay there.
#include <algorithm>
#include <array>

#include "base/chains.h"
#include "ops/element_types.h"
#include "ops/lanes.h"
#include "ops/packed_gemm.h"
#include "ops/recurrent.h"
#include "ops/recurrent_weights.h"
#include "ops/stop_check.h"
#include "ops/weights.h"

namespace inlay::ops {
namespace {

// Products of inputs that are kept at a time.
constexpr int64_t kWindowBytes = int64_t{8} << 20;
// Panels that a product of one row is best made of at a time.
constexpr int64_t kWidestTile = 4;
// Multiply-adds that are worth a part of a step, and a thread for all steps.
constexpr int64_t kPartWork = 32 * 1024;
constexpr int64_t kThreadWork = 512 * 1024;
// Rows that are worth a chain of their own.
constexpr int64_t kChainRows = 16;

struct Sequence {
  int64_t length, batch, input;
  const int32_t* lengths;  // or null

  int64_t of(int64_t row) const { return lengths ? lengths[row] : length; }
};

Status check_lengths(const Sequence& s) {
  for (int64_t row = 0; row < s.batch && s.lengths; ++row)
    if (s.lengths[row] < 0 || s.lengths[row] > s.length)
      return invalid("sequence {}: expected a length in [0, {}], found {}", row, s.length,
                     s.lengths[row]);
  return Status();
}

// Elements in memory, as W to compute with.
template <class W>
struct Stored {
  int64_t bytes;
  void (*load)(const std::byte* from, int64_t n, W* to);
  void (*store)(const W* from, int64_t n, std::byte* to);
};
template <class T>
constexpr Stored<Wide<T>> kStored = {
    sizeof(T),
    [](const std::byte* from, int64_t n, Wide<T>* to) {
      for (int64_t i = 0; i < n; ++i)
        to[i] = static_cast<Wide<T>>(reinterpret_cast<const T*>(from)[i]);
    },
    [](const Wide<T>* from, int64_t n, std::byte* to) {
      for (int64_t i = 0; i < n; ++i) reinterpret_cast<T*>(to)[i] = static_cast<T>(from[i]);
    }};

// What the gates of a group are made with. Columns lie as GateBlocks has them.
template <class W>
struct Group {
  int64_t first, gates;  // of the operator's
  int64_t width;         // columns
  const W *w, *r;        // weights: packed for float, as they are for double
  const W *bias, *last_bias;
  W* products;  // [rows of the window, width]
};

template <class W>
struct Direction {
  bool backwards;
  const GateFunction* functions;
  const W* peephole;
  std::array<Group<W>, 2> groups;
  W* h[2];  // [batch, hidden]: of even steps and of odd ones
  W* c;
  W* reset;     // [batch, hidden]
  W* made;      // [batch, width of the second group]
  W* gathered;  // rows of x in the order of steps, or null
};

// out = a · b (+ bias), or that added to out, for the columns of blocks [begin, end) of a group's gates.
struct Columns {
  int64_t begin, end;
};

void multiply(const StepCall& call, const float* a, int64_t k, int64_t m, const float* packed,
              const float* bias, bool add, Columns columns, float* out, int64_t width) {
  kernels::GemmArgs args{};
  args.a = a;
  args.a_stride = k;
  args.b_packed = packed;
  args.bias = bias;
  args.residual = add ? out : nullptr;
  args.residual_stride = width;
  args.c = out;
  args.c_stride = width;
  args.m = m;
  args.n = width;
  args.k = k;
  args.stop = stop_check(call.run);
  kernels::gemm_kernel().run(args, 0, m, columns.begin, columns.end);
}

void multiply(const StepCall&, const double* a, int64_t k, int64_t m, const double* w,
              const double* bias, bool add, Columns columns, double* out, int64_t width) {
  for (int64_t row = 0; row < m; ++row)
    for (int64_t n = columns.begin; n < columns.end; ++n) {
      double sum = bias ? bias[n] : 0;
      for (int64_t i = 0; i < k; ++i) sum += a[row * k + i] * w[n * k + i];
      double& to = out[row * width + n];
      to = (add ? to : 0) + sum;
    }
}

template <class W>
class RecurrentRun {
 public:
  RecurrentRun(const StepCall& call, const Stored<W>& stored)
      : call_(call),
        args_(call.as<RecurrentCall>()),
        params_(args_.params),
        stored_(stored),
        s_{call.sizes[0], call.sizes[1], call.sizes[2], call.at<const int32_t>(kLengths)},
        hidden_(params_.hidden),
        blocks_(std::is_same_v<W, float> ? GateBlocks::of_float(hidden_)
                                         : GateBlocks{hidden_, hidden_, hidden_ > 0 ? 1 : 0}),
        phases_(args_.cell.last_gates > 0 && !params_.linear_before_reset ? 2 : 1) {}

  Status run() {
    INLAY_TRY(check_lengths(s_));
    if (s_.batch == 0) return Status();
    choose_window();
    INLAY_TRY(start_arena());
    for (int d = 0; d < params_.directions; ++d) INLAY_TRY(prepare(d));
    choose_parts();
    for (begin_ = 0; begin_ < s_.length; begin_ = end_) {
      end_ = std::min(s_.length, begin_ + window_);
      for (int d = 0; d < params_.directions; ++d) INLAY_TRY(multiply_inputs(directions_[d]));
      run_chains(
          call_.run.pool(), {params_.directions * row_groups_, parts_, (end_ - begin_) * phases_},
          threads_, [this] { return call_.run.cancelled(); },
          [this](int64_t chain, int64_t part, int64_t step) { advance(chain, part, step); });
      if (call_.run.cancelled()) return Status();
    }
    for (int d = 0; d < params_.directions; ++d) store_states(d);
    return Status();
  }

 private:
  bool linear_before_reset() const { return args_.cell.last_gates > 0 && phases_ == 1; }
  // Whether rows of x must be brought into the order of steps, or widened.
  bool gathers(const Direction<W>& d) const {
    return params_.batch_first || (d.backwards && s_.lengths) ||
           stored_.bytes != static_cast<int64_t>(sizeof(W));
  }
  // The place in time that a row is at in step t; the row must be active.
  static int64_t place(const Direction<W>& d, const Sequence& s, int64_t row, int64_t t) {
    return d.backwards ? s.of(row) - 1 - t : t;
  }
  // The first row of a step's products in the window.
  int64_t product_row(const Direction<W>& d, int64_t t) const {
    return (d.backwards && !d.gathered ? end_ - 1 - t : t - begin_) * s_.batch;
  }
  int64_t state_offset(int64_t direction, int64_t row) const {
    return params_.batch_first ? (row * params_.directions + direction) * hidden_
                               : (direction * s_.batch + row) * hidden_;
  }
  int64_t output_offset(int64_t direction, int64_t time, int64_t row) const {
    const int64_t d = params_.directions;
    return params_.batch_first ? ((row * s_.length + time) * d + direction) * hidden_
                               : ((time * d + direction) * s_.batch + row) * hidden_;
  }

  void choose_window() {
    const int64_t row_bytes =
        blocks_.width(args_.cell.all_gates()) * static_cast<int64_t>(sizeof(W)) + 1;
    window_ = std::clamp<int64_t>(kWindowBytes / row_bytes / s_.batch, 1,
                                  std::max<int64_t>(s_.length, 1));
  }

  void choose_parts() {
    const int64_t work = hidden_ * hidden_ * args_.cell.all_gates();
    const int64_t rows = s_.batch * params_.directions;
    const double all = static_cast<double>(work) * static_cast<double>(rows * s_.length);
    threads_ =
        std::clamp<int64_t>(static_cast<int64_t>(std::min(all / double{kThreadWork}, 1024.0)), 1,
                            call_.run.pool().threads());
    row_groups_ = std::clamp<int64_t>(threads_ / params_.directions, 1,
                                      std::max<int64_t>(s_.batch / kChainRows, 1));
    const int64_t chains = params_.directions * row_groups_;
    const int64_t most = std::min(blocks_.count, s_.batch / row_groups_ * work / kPartWork);
    parts_ = std::clamp<int64_t>((threads_ + chains - 1) / chains, 1, std::max<int64_t>(most, 1));
    piece_ = args_.cell.gates % kWidestTile == 0 ? 1 : kWidestTile;
  }

  // Memory for `rows` rows of `width` elements: of the arena while it lasts.
  Result<W*> allocate(int64_t rows, int64_t width) {
    constexpr int64_t kLine = 64;
    int64_t bytes = 0;
    if (__builtin_mul_overflow(rows, width, &bytes) ||
        __builtin_mul_overflow(bytes, static_cast<int64_t>(sizeof(W)), &bytes) ||
        bytes > INT64_MAX - kLine)
      return out_of_memory("{} rows of {} elements are too large", rows, width);
    bytes = (bytes + kLine - 1) / kLine * kLine;
    if (bytes <= arena_left_) {
      arena_ += bytes;
      arena_left_ -= bytes;
      return reinterpret_cast<W*>(arena_ - bytes);
    }
    INLAY_ASSIGN(std::byte* const memory, call_.run.scratch(bytes));
    return reinterpret_cast<W*>(memory);
  }

  // One piece of memory for what all runs of a small model need.
  Status start_arena() {
    constexpr int64_t kMost = 256 * 1024;
    const double width = static_cast<double>(blocks_.width(args_.cell.all_gates()));
    const double rows = static_cast<double>(window_ * s_.batch);
    const double elements = (rows + 3) * width + static_cast<double>(s_.batch) *
                                                     (static_cast<double>(hidden_) * 4 + width);
    const double bytes = params_.directions * (elements * sizeof(W) + 512);
    if (bytes > double{kMost}) return Status();
    arena_left_ = static_cast<int64_t>(bytes);
    INLAY_ASSIGN(arena_, call_.run.scratch(arena_left_));
    return Status();
  }

  // `count` elements of an operand from `offset` on, in the type to compute with; null for none.
  Result<const W*> widened(int operand, int64_t offset, int64_t count) {
    const std::byte* data = call_.data[operand];
    if (!data) return static_cast<const W*>(nullptr);
    data += offset * stored_.bytes;
    if (stored_.bytes == sizeof(W)) return reinterpret_cast<const W*>(data);
    INLAY_ASSIGN(W* const wide, allocate(1, count));
    stored_.load(data, count, wide);
    return wide;
  }

  Status prepare(int direction) {
    Direction<W>& d = directions_[direction];
    const RecurrentCell& cell = args_.cell;
    d.backwards = params_.reverse || direction == 1;
    d.functions = params_.functions.data() + direction * cell.functions;
    d.groups[0] = {0,       cell.gates, blocks_.width(cell.gates), nullptr, nullptr, nullptr,
                   nullptr, nullptr};
    d.groups[1] = {cell.gates, cell.last_gates, blocks_.width(cell.last_gates),
                   nullptr,    nullptr,         nullptr,
                   nullptr,    nullptr};
    const int64_t rows = window_ * s_.batch;
    for (Group<W>& group : d.groups) {
      if (group.gates == 0) continue;
      INLAY_ASSIGN(group.products, allocate(rows, group.width));
      INLAY_TRY(take_weights(direction, group));
      INLAY_TRY(add_biases(direction, group));
    }
    INLAY_ASSIGN(d.peephole, widened(kP, direction * 3 * hidden_, 3 * hidden_));
    // Of rows that have ended, what nobody computes is read, but not used.
    INLAY_ASSIGN(W* const states, allocate(s_.batch, 4 * hidden_ + d.groups[1].width));
    std::fill_n(states, s_.batch * (4 * hidden_ + d.groups[1].width), W{0});
    d.h[0] = states;
    d.h[1] = d.h[0] + s_.batch * hidden_;
    d.c = d.h[1] + s_.batch * hidden_;
    d.reset = d.c + s_.batch * hidden_;
    d.made = d.reset + s_.batch * hidden_;
    load_states(direction);
    if (gathers(d)) {
      INLAY_ASSIGN(d.gathered, allocate(rows, s_.input));
    }
    return Status();
  }

  void load_states(int direction) {
    Direction<W>& d = directions_[direction];
    for (const auto& [operand, to] : {std::pair(kH0, d.h[0]), std::pair(kC0, d.c)})
      for (int64_t row = 0; row < s_.batch && call_.data[operand]; ++row)
        stored_.load(call_.data[operand] + state_offset(direction, row) * stored_.bytes, hidden_,
                     to + row * hidden_);
  }

  // Packed ones, those of the file, or such as come with the run and are packed now.
  Status take_weights(int direction, Group<W>& group) {
    const size_t first = kPacked + static_cast<size_t>(direction * 4 + (group.first > 0 ? 2 : 0));
    if (args_.packed) {
      group.w = call_.at<const W>(first);
      group.r = call_.at<const W>(first + 1);
      return Status();
    }
    INLAY_ASSIGN(group.w, packed_now(kW, direction, group, s_.input));
    INLAY_ASSIGN(group.r, packed_now(kR, direction, group, hidden_));
    return Status();
  }

  Result<const W*> packed_now(int operand, int direction, const Group<W>& group, int64_t k) {
    const int64_t gate = direction * args_.cell.all_gates() + group.first;
    const std::byte* const weights = call_.data[operand] + gate * hidden_ * k * stored_.bytes;
    if constexpr (std::is_same_v<W, double>) {
      return reinterpret_cast<const W*>(weights);
    } else {
      INLAY_ASSIGN(W* const packed, allocate(group.width, k));
      const kernels::Element element = element_of(args_.dtype);
      call_.run.pool().parallel_for(blocks_.count, [&](int64_t block) {
        for (int64_t i = 0; i < group.gates; ++i)
          pack_gate_block({weights + i * hidden_ * k * stored_.bytes, element, k, hidden_},
                          group.gates, i, block, packed);
      });
      return packed;
    }
  }

  // W's biases and R's; the last gate of GRU may need its own apart.
  Status add_biases(int direction, Group<W>& group) {
    const int64_t all = args_.cell.all_gates();
    INLAY_ASSIGN(const W* const b, widened(kB, direction * 2 * all * hidden_, 2 * all * hidden_));
    if (!b) return Status();
    INLAY_ASSIGN(W* const biases, allocate(2, group.width));
    std::fill_n(biases, 2 * group.width, W{0});
    const bool apart = group.first > 0 && linear_before_reset();
    W* const second = apart ? biases + group.width : biases;
    for (int64_t gate = 0; gate < group.gates; ++gate) {
      const W* const of_w = b + (group.first + gate) * hidden_;
      const W* const of_r = of_w + all * hidden_;
      for (int64_t block = 0; block < blocks_.count; ++block) {
        const int64_t at = (block * group.gates + gate) * blocks_.tile;
        for (int64_t i = 0; i < blocks_.units(block); ++i) {
          const int64_t unit = block * blocks_.tile + i;
          biases[at + i] = of_w[unit];
          second[at + i] += of_r[unit];
        }
      }
    }
    group.bias = biases;
    group.last_bias = second;
    return Status();
  }

  // Rows of x from a step's first one on, in the order of steps; of rows that have ended: zeros.
  void gather_inputs(const Direction<W>& d) const {
    for_each_range(call_.run.pool(), (end_ - begin_) * s_.batch, 64,
                   [&](int64_t first, int64_t last) {
                     for (int64_t i = first; i < last; ++i) {
                       const int64_t t = begin_ + i / s_.batch, row = i % s_.batch;
                       W* const to = d.gathered + i * s_.input;
                       if (t >= s_.of(row)) {
                         std::fill_n(to, s_.input, W{0});
                         continue;
                       }
                       const int64_t time = place(d, s_, row, t);
                       const int64_t from =
                           params_.batch_first ? row * s_.length + time : time * s_.batch + row;
                       stored_.load(call_.data[kX] + from * s_.input * stored_.bytes, s_.input, to);
                     }
                   });
  }

  Status multiply_inputs(const Direction<W>& d) {
    const int64_t rows = (end_ - begin_) * s_.batch;
    if (d.gathered) gather_inputs(d);
    const int64_t first = (d.backwards ? s_.length - end_ : begin_) * s_.batch;
    const W* const x = d.gathered ? d.gathered : call_.at<const W>(kX) + first * s_.input;
    for (const Group<W>& group : d.groups)
      if (group.gates > 0) INLAY_TRY(multiply_all(x, rows, group));
    return Status();
  }

  Status multiply_all(const W* x, int64_t rows, const Group<W>& group) {
    if constexpr (std::is_same_v<W, float>) {
      kernels::GemmArgs args{};
      args.a = x;
      args.a_stride = s_.input;
      args.b_packed = group.w;
      args.bias = group.bias;
      args.c = group.products;
      args.c_stride = group.width;
      args.m = rows;
      args.n = group.width;
      args.k = s_.input;
      return run_gemm(call_.run, args);
    } else {
      for_each_range(call_.run.pool(), rows, 8, [&](int64_t begin, int64_t end) {
        multiply(call_, x + begin * s_.input, s_.input, end - begin, group.w, group.bias, false,
                 {0, group.width}, group.products + begin * group.width, group.width);
      });
      return Status();
    }
  }

  // A phase of a step for a part's blocks and a chain's rows.
  void advance(int64_t chain, int64_t part, int64_t step) {
    const int64_t t = begin_ + step / phases_, group = chain % row_groups_;
    const int64_t begin = blocks_.count * part / parts_, end = blocks_.count * (part + 1) / parts_;
    const int64_t pieces = (end - begin + piece_ - 1) / piece_;
    const Rows rows{s_.batch * group / row_groups_, s_.batch * (group + 1) / row_groups_};
    for (int64_t i = 0; i < pieces; ++i) {
      const int64_t from = begin + (t % 2 == 0 ? i : pieces - 1 - i) * piece_;
      advance_blocks(chain / row_groups_, t, step % phases_, rows,
                     {from, std::min(end, from + piece_)});
    }
  }

  struct Rows {
    int64_t begin, end;
  };
  struct Blocks {
    int64_t begin, end;
  };

  void multiply_states(const Direction<W>& d, const Group<W>& group, int64_t t, Rows rows,
                       Blocks blocks, const W* states) const {
    const bool apart = group.first > 0 && linear_before_reset();
    W* const out = apart ? d.made + rows.begin * group.width
                         : group.products + (product_row(d, t) + rows.begin) * group.width;
    const int64_t tiles = group.gates * blocks_.tile;
    multiply(call_, states + rows.begin * hidden_, hidden_, rows.end - rows.begin, group.r,
             apart ? group.last_bias : nullptr, !apart, {blocks.begin * tiles, blocks.end * tiles},
             out, group.width);
  }

  void advance_blocks(int64_t direction, int64_t t, int64_t phase, Rows rows, Blocks blocks) {
    const Direction<W>& d = directions_[direction];
    const W* const h = d.h[t % 2];
    if (phase == 0) multiply_states(d, d.groups[0], t, rows, blocks, h);
    if (d.groups[1].gates > 0 && phase == phases_ - 1)
      multiply_states(d, d.groups[1], t, rows, blocks, phase == 0 ? h : d.reset);
    for (int64_t row = rows.begin; row < rows.end; ++row)
      for (int64_t block = blocks.begin; block < blocks.end; ++block)
        complete(direction, t, phase, row, block);
  }

  void complete(int64_t direction, int64_t t, int64_t phase, int64_t row, int64_t block) {
    const Direction<W>& d = directions_[direction];
    const int64_t n = blocks_.units(block), unit = block * blocks_.tile;
    const int64_t at = row * hidden_ + unit, product = product_row(d, t) + row;
    W* const next = d.h[(t + 1) % 2] + at;
    std::byte* const y = call_.data[kY];
    const bool ends = phase == phases_ - 1;
    if (t >= s_.of(row)) {  // nothing is computed for this place
      std::copy_n(d.h[t % 2] + at, n, next);
      if (y && ends)
        std::fill_n(y + (output_offset(direction, t, row) + unit) * stored_.bytes,
                    n * stored_.bytes, std::byte{0});
      return;
    }
    const auto gates = [&](const Group<W>& group) {
      return group.products + product * group.width + block * group.gates * blocks_.tile;
    };
    const Group<W>& last = d.groups[1];
    const CellUnits<W> units{params_,
                             d.functions,
                             n,
                             blocks_.tile,
                             gates(d.groups[0]),
                             last.gates > 0 ? gates(last) : nullptr,
                             d.made + row * last.width + block * blocks_.tile,
                             d.peephole ? d.peephole + unit : nullptr,
                             d.h[t % 2] + at,
                             next,
                             d.c + at,
                             d.reset + at};
    if (phase == 0) complete_group(0, units);
    if (!ends) return;
    if (last.gates > 0) complete_group(1, units);
    if (y)
      stored_.store(
          next, n,
          y + (output_offset(direction, place(d, s_, row, t), row) + unit) * stored_.bytes);
  }

  void complete_group(int group, const CellUnits<W>& units) const {
    if constexpr (std::is_same_v<W, float>)
      args_.cell.complete_float[group](units);
    else
      args_.cell.complete_double[group](units);
  }

  void store_states(int direction) const {
    const Direction<W>& d = directions_[direction];
    for (const auto& [operand, from] : {std::pair(kYh, d.h[s_.length % 2]), std::pair(kYc, d.c)})
      for (int64_t row = 0; row < s_.batch && call_.data[operand]; ++row)
        stored_.store(from + row * hidden_, hidden_,
                      call_.data[operand] + state_offset(direction, row) * stored_.bytes);
  }

  const StepCall& call_;
  const RecurrentCall& args_;
  const RecurrentParams& params_;
  const Stored<W>& stored_;
  Sequence s_;
  int64_t hidden_;
  GateBlocks blocks_;
  int64_t phases_;  // of a step
  int64_t window_ = 1, begin_ = 0, end_ = 0;
  int64_t threads_ = 1, row_groups_ = 1, parts_ = 1, piece_ = 1;
  std::array<Direction<W>, 2> directions_{};
  std::byte* arena_ = nullptr;
  int64_t arena_left_ = 0;
};

Status run_float(const StepCall& call) {
  const DType dtype = call.as<RecurrentCall>().dtype;
  return RecurrentRun<float>(call, dtype == DType::kFloat16    ? kStored<Half>
                                   : dtype == DType::kBfloat16 ? kStored<Bfloat16>
                                                               : kStored<float>)
      .run();
}

Status run_double(const StepCall& call) {
  return RecurrentRun<double>(call, kStored<double>).run();
}

}  // namespace

StepFn recurrent_step(DType dtype) { return dtype == DType::kFloat64 ? run_double : run_float; }

}  // namespace inlay::ops
