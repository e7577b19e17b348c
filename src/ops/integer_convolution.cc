#include "ops/integer_convolution.h"

#include <algorithm>
#include <cstring>

#include "kernels/integer_gemm.h"
#include "kernels/quantize.h"
#include "ops/byte_planes.h"
#include "ops/integer_product.h"
#include "ops/lanes.h"
#include "ops/stop_check.h"

namespace inlay::ops {
namespace {

// One spatial axis, with sizes as expressions at load and as numbers in a run.
template <class Size>
struct Axis {
  Size in, kernel, out, pad;  // pad: before the first element
  int64_t stride, dilation;
};

constexpr int64_t kMaxAxes = 6;
constexpr int64_t kRowsPerTask = 96;         // whole tiles of every kernel
constexpr int64_t kPatchBytes = 256 * 1024;  // a part of a second-level cache
constexpr int64_t kColumnsPerUnit = 192;     // of weights, a multiple of every kernel's tile_n

enum Operands : size_t { kX, kW, kPacked, kXZero, kWZero };
enum Sizes : size_t { kBatch, kChannels, kFilters, kWZeros, kAxes };
constexpr int64_t kSizesPerAxis = 6;

Result<std::vector<int64_t>> numbers(const graph::Node& node, std::string_view key, size_t count,
                                     int64_t fallback, int64_t least) {
  const std::vector<int64_t>* said = node.integers(key);
  if (!said || said->empty()) return std::vector<int64_t>(count, fallback);
  if (said->size() != count)
    return invalid("{}: expected {} numbers, found {}", key, count, said->size());
  for (int64_t number : *said)
    if (number < least || number > INT32_MAX)
      return invalid("{}: expected at least {}, found {}", key, least, number);
  return *said;
}

// The padding before an axis whose output is as many as strides fit into it.
Expr same_pad(ExprPool& e, const Axis<Expr>& axis, bool lower) {
  const Expr covered = e.add(
      e.mul(e.sub(axis.out, e.constant(1)), e.constant(axis.stride)),
      e.add(e.mul(e.sub(axis.kernel, e.constant(1)), e.constant(axis.dilation)), e.constant(1)));
  const Expr total = e.max(e.sub(covered, axis.in), e.constant(0));
  return lower ? e.ceil_div(total, e.constant(2)) : e.floor_div(total, e.constant(2));
}

Result<std::vector<Axis<Expr>>> axes_of(ExprPool& e, const graph::Node& node, const Shape& x,
                                        const Shape& w) {
  const size_t count = x.size() - 2;
  INLAY_ASSIGN(const auto strides, numbers(node, "strides", count, 1, 1));
  INLAY_ASSIGN(const auto dilations, numbers(node, "dilations", count, 1, 1));
  INLAY_ASSIGN(const auto pads, numbers(node, "pads", 2 * count, 0, 0));
  const std::string_view mode = node.text("auto_pad", "NOTSET");
  const bool same = mode == "SAME_UPPER" || mode == "SAME_LOWER";
  if (!same && mode != "NOTSET" && mode != "VALID")
    return invalid("auto_pad: expected NOTSET, VALID, SAME_UPPER or SAME_LOWER, found {}",
                   quote(mode));
  std::vector<Axis<Expr>> axes;
  for (size_t i = 0; i < count; ++i) {
    Axis<Expr> axis{x[i + 2], w[i + 2], {}, e.constant(0), strides[i], dilations[i]};
    if (same) {
      axis.out = e.ceil_div(axis.in, e.constant(axis.stride));
      axis.pad = same_pad(e, axis, mode == "SAME_LOWER");
    } else {
      const bool padded = mode == "NOTSET";
      axis.pad = e.constant(padded ? pads[i] : 0);
      const Expr extent = e.add(axis.in, e.constant(padded ? pads[i] + pads[i + count] : 0));
      const Expr reach = e.mul(e.sub(axis.kernel, e.constant(1)), e.constant(axis.dilation));
      const Expr steps =
          e.floor_div(e.sub(e.sub(extent, reach), e.constant(1)), e.constant(axis.stride));
      axis.out = e.max(e.add(steps, e.constant(1)), e.constant(0));
    }
    axes.push_back(axis);
  }
  return axes;
}

// A convolution as its step finds it.
struct Problem {
  const StepCall& call;
  const IntegerConvolutionParams& params;
  int64_t batch, channels, filters, w_zeros;  // channels and filters of a group
  Axis<int64_t> axes[kMaxAxes];
  int64_t in_positions = 1, positions = 1, taps = 1;

  Problem(const StepCall& c, const IntegerConvolutionParams& p)
      : call(c),
        params(p),
        batch(c.sizes[kBatch]),
        channels(c.sizes[kChannels]),
        filters(c.sizes[kFilters] / p.groups),
        w_zeros(c.sizes[kWZeros]) {
    for (int64_t i = 0; i < p.axes; ++i) {
      const int64_t* s = c.sizes + kAxes + i * kSizesPerAxis;
      axes[i] = {s[0], s[1], s[2], s[3], s[4], s[5]};
      in_positions *= axes[i].in;
      positions *= axes[i].out;
      taps *= axes[i].kernel;
    }
  }
  int64_t depth() const { return channels * taps; }
};

int64_t rounded(int64_t bytes) { return (bytes + 63) / 64 * 64; }

// ---- weights: rows of filters, each [taps, channels] as patches are ----

// Columns [begin, end) of a group's filters, which lie as [filters, channels, taps].
void pack_filters(const PackPart& part, const uint8_t* filters, bool is_unsigned, int64_t begin,
                  int64_t end, std::byte* packed) {
  const int64_t taps = part.k_stride, channels = taps > 0 ? part.k / taps : 0;
  std::vector<uint8_t> turned(static_cast<size_t>((end - begin) * part.k));
  for (int64_t n = begin; n < end; ++n)
    transpose_bytes({filters + n * part.k, taps, turned.data() + (n - begin) * part.k, channels,
                     channels, taps});
  const kernels::IntegerGemmKernel& kernel = kernels::integer_gemm_kernel();
  kernel.pack({turned.data(), is_unsigned, part.k, end - begin, 1, part.k}, 0, end - begin,
              packed + begin / kernel.tile_n * kernel.packed_bytes(part.k, kernel.tile_n));
}

int64_t units_of(int64_t filters) { return (filters + kColumnsPerUnit - 1) / kColumnsPerUnit; }

int64_t group_bytes(const PackRecipe& recipe) {
  return kernels::integer_gemm_kernel().packed_bytes(recipe.k, recipe.n);
}

Result<int64_t> filters_bytes(const PackRecipe& recipe) {
  int64_t elements = 0;
  if (__builtin_mul_overflow(recipe.k + 64, recipe.n + 64, &elements) ||
      __builtin_mul_overflow(2 * elements, static_cast<int64_t>(recipe.parts.size()), &elements))
    return invalid("weights of {} by {} are too large", recipe.k, recipe.n);
  return group_bytes(recipe) * static_cast<int64_t>(recipe.parts.size());
}

int64_t filters_units(const PackRecipe& recipe) {
  return units_of(recipe.n) * static_cast<int64_t>(recipe.parts.size());
}

void pack_unit(const PackRecipe& recipe, int64_t unit, std::byte* target) {
  const int64_t group = unit / units_of(recipe.n);
  const int64_t begin = unit % units_of(recipe.n) * kColumnsPerUnit;
  const PackPart& part = recipe.parts[static_cast<size_t>(group)];
  const auto* from = reinterpret_cast<const uint8_t*>(part.tensor->data.data()) + part.offset;
  pack_filters(part, from, part.tensor->dtype == DType::kUint8, begin,
               std::min(recipe.n, begin + kColumnsPerUnit), target + group * group_bytes(recipe));
}

constinit const PackLayout kFiltersLayout{"filters_u8s8", filters_bytes, filters_units, pack_unit,
                                          false};

// A part a group.
PackRecipe filters_recipe(const graph::TensorRef& w, int64_t groups) {
  const int64_t filters = w->shape[0] / groups;
  const int64_t depth = w->shape[0] > 0 ? w->count() / w->shape[0] : 0;
  const int64_t taps = w->shape[1] > 0 ? depth / w->shape[1] : 0;
  PackRecipe recipe{&kFiltersLayout, {}, depth, filters};
  for (int64_t group = 0; group < groups; ++group)
    recipe.parts.push_back({w, group * filters * depth, depth, filters, taps, depth, 1});
  return recipe;
}

struct Weights {
  const std::byte* packed;  // of all groups
  int64_t group_bytes;
  const int32_t* zeros;  // null: all are 0
  int32_t x_zero;
};

Result<const std::byte*> packed_in_run(const Problem& p, int64_t bytes) {
  INLAY_ASSIGN(std::byte* const packed, p.call.run.scratch(bytes * p.params.groups));
  const int64_t units = units_of(p.filters);
  p.call.run.pool().parallel_for(p.params.groups * units, [&](int64_t unit) {
    const int64_t group = unit / units, begin = unit % units * kColumnsPerUnit;
    pack_filters({nullptr, 0, p.depth(), p.filters, p.taps, p.depth(), 1},
                 p.call.at<const uint8_t>(kW) + group * p.filters * p.depth(), !p.params.w_signed,
                 begin, std::min(p.filters, begin + kColumnsPerUnit), packed + group * bytes);
  });
  return packed;
}

Result<Weights> find_weights(const Problem& p) {
  Weights out{};
  out.group_bytes = kernels::integer_gemm_kernel().packed_bytes(p.depth(), p.filters);
  out.packed = p.call.data[kPacked];
  if (!out.packed) {
    INLAY_ASSIGN(out.packed, packed_in_run(p, out.group_bytes));
  }
  INLAY_ASSIGN(std::byte* const memory,
               p.call.run.scratch(p.w_zeros * static_cast<int64_t>(sizeof(int32_t))));
  auto* const zeros = reinterpret_cast<int32_t*>(memory);
  read_zero_points(p.call.data[kWZero], p.params.w_signed, p.w_zeros, p.params.w_signed ? 0 : -128,
                   zeros);
  const bool none = std::all_of(zeros, zeros + p.w_zeros, [](int32_t z) { return z == 0; });
  out.zeros = none ? nullptr : zeros;
  read_zero_points(p.call.data[kXZero], p.params.x_signed, 1, p.params.x_signed ? 128 : 0,
                   &out.x_zero);
  return out;
}

// ---- patches ----

// x as [batch, positions, channels of all groups], unsigned.
Result<const uint8_t*> channels_last(const Problem& p) {
  const int64_t channels = p.channels * p.params.groups, image = channels * p.in_positions;
  INLAY_ASSIGN(std::byte* const memory,
               p.call.run.scratch(p.batch * image + kernels::kChannelLanes));
  auto* const to = reinterpret_cast<uint8_t*>(memory);
  const int64_t piece =
      std::clamp<int64_t>((1 << 15) / std::max<int64_t>(channels, 1), 8, 512) & ~7;
  const int64_t pieces = (p.in_positions + piece - 1) / piece;
  p.call.run.pool().parallel_for(p.batch * pieces, [&](int64_t task) {
    if (p.call.run.cancelled()) return;
    const int64_t first = task % pieces * piece, offset = task / pieces * image;
    transpose_bytes({p.call.at<const uint8_t>(kX) + offset + first, p.in_positions,
                     to + offset + first * channels, channels, channels,
                     std::min(piece, p.in_positions - first),
                     static_cast<uint8_t>(p.params.x_signed ? 0x80 : 0)});
  });
  return to;
}

// The taps of the last axis that lie in one piece, which is all of them where there is one group and no dilation.
class Patches {
 public:
  Patches(const Problem& p, const uint8_t* x, uint8_t x_zero)
      : p_(p), x_(x), x_zero_(x_zero), channels_(p.channels * p.params.groups) {
    const Axis<int64_t>& last = p.axes[p.params.axes - 1];
    whole_rows_ = p.params.groups == 1 && last.dilation == 1;
    lines_ = last.kernel > 0 ? p.taps / last.kernel : 0;
    as_they_lie_ = p.params.groups == 1;
    for (int64_t i = 0; i < p.params.axes; ++i) {
      const Axis<int64_t>& axis = p.axes[i];
      as_they_lie_ = as_they_lie_ && axis.kernel == 1 && axis.stride == 1 && axis.pad == 0 &&
                     axis.in == axis.out;
    }
  }

  // Rows of [depth] for the positions [first, first + count), in `memory` or where x lies.
  const uint8_t* rows(int64_t batch, int64_t group, int64_t first, int64_t count,
                      uint8_t* memory) const {
    if (as_they_lie_) return x_ + (batch * p_.in_positions + first) * channels_;
    gather(batch, group, first, count, memory);
    return memory;
  }

  // Where each tap of one channel of each group lies, for the position `at`; `around`: in the padding.
  void find_taps(int64_t batch, const int64_t* at, const uint8_t* around,
                 const uint8_t** taps) const {
    const uint8_t* image = x_ + batch * p_.in_positions * channels_;
    const Axis<int64_t>& axis = p_.axes[p_.params.axes - 1];
    for_each_line(at, [&](int64_t line) {
      for (int64_t tap = 0; tap < axis.kernel; ++tap, ++taps) {
        const int64_t in = at[p_.params.axes - 1] * axis.stride - axis.pad + tap * axis.dilation;
        const bool inside = line >= 0 && in >= 0 && in < axis.in;
        *taps = inside ? image + (line + in) * channels_ : around;
      }
    });
  }

  // at: the place of a position; the next one.
  void find_position(int64_t position, int64_t* at) const {
    for (int64_t i = p_.params.axes; i-- > 0; position /= p_.axes[i].out)
      at[i] = position % p_.axes[i].out;
  }
  void next_position(int64_t* at) const {
    for (int64_t i = p_.params.axes; i-- > 0 && ++at[i] == p_.axes[i].out;) at[i] = 0;
  }

 private:
  void gather(int64_t batch, int64_t group, int64_t first, int64_t count, uint8_t* to) const {
    const uint8_t* image = x_ + batch * p_.in_positions * channels_ + group * p_.channels;
    int64_t at[kMaxAxes];
    find_position(first, at);
    const int64_t last = p_.params.axes - 1, width = p_.axes[last].kernel * p_.channels;
    for (int64_t row = 0; row < count; ++row, next_position(at))
      for_each_line(at, [&](int64_t line) {
        if (line >= 0)
          gather_line(image + line * channels_, at[last], to);
        else
          std::memset(to, x_zero_, static_cast<size_t>(width));
        to += width;
      });
  }

  // body(place) for the taps of all axes but the last: the line of x that they meet; -1 in the padding.
  template <class Body>
  void for_each_line(const int64_t* at, Body&& body) const {
    const int64_t last = p_.params.axes - 1;
    int64_t tap[kMaxAxes] = {};
    for (int64_t line = 0; line < lines_; ++line) {
      int64_t place = 0;
      bool inside = true;
      for (int64_t i = 0; i < last; ++i) {
        const Axis<int64_t>& axis = p_.axes[i];
        const int64_t in = at[i] * axis.stride - axis.pad + tap[i] * axis.dilation;
        inside = inside && in >= 0 && in < axis.in;
        place = place * axis.in + in;
      }
      body(inside ? place * p_.axes[last].in : -1);
      for (int64_t i = last; i-- > 0 && ++tap[i] == p_.axes[i].kernel;) tap[i] = 0;
    }
  }

  void gather_line(const uint8_t* from, int64_t at, uint8_t* to) const {
    const Axis<int64_t>& axis = p_.axes[p_.params.axes - 1];
    const int64_t begin = at * axis.stride - axis.pad;
    if (whole_rows_ && begin >= 0 && begin + axis.kernel <= axis.in) {
      std::memcpy(to, from + begin * channels_, static_cast<size_t>(axis.kernel * channels_));
      return;
    }
    const auto bytes = static_cast<size_t>(p_.channels);
    for (int64_t tap = 0; tap < axis.kernel; ++tap, to += bytes) {
      const int64_t in = begin + tap * axis.dilation;
      if (in >= 0 && in < axis.in)
        std::memcpy(to, from + in * channels_, bytes);
      else
        std::memset(to, x_zero_, bytes);
    }
  }

  const Problem& p_;
  const uint8_t* const x_;
  const uint8_t x_zero_;
  const int64_t channels_;  // of all groups
  bool whole_rows_, as_they_lie_;
  int64_t lines_;
};

// ---- the product ----

// Memory of one thread.
struct Lane {
  uint8_t* patches;  // [rows, depth]
  std::byte* sums;   // [rows, filters] of 4 bytes
  int32_t* row_sums;
  std::byte* memory;  // for the writer
};

// How the work is cut: pieces of positions, and where these are few, blocks of filters.
struct Cut {
  int64_t rows, pieces, filters, blocks;
};

Cut cut_of(const Problem& p, int threads) {
  const int64_t tile = kernels::integer_gemm_kernel().tile_n;
  const int64_t rows = std::clamp<int64_t>(kPatchBytes / std::max<int64_t>(p.depth(), 1) / 12 * 12,
                                           12, kRowsPerTask);
  const int64_t pieces = (p.positions + rows - 1) / rows;
  const int64_t tasks = p.batch * p.params.groups * pieces, tiles = (p.filters + tile - 1) / tile;
  const int64_t wanted = threads > 1 ? (2 * threads + tasks - 1) / tasks : 1;
  const int64_t filters = (tiles + std::min(wanted, tiles) - 1) / std::min(wanted, tiles) * tile;
  return {rows, pieces, filters, (p.filters + filters - 1) / filters};
}

void run_task(const Problem& p, const Weights& weights, const Patches& patches, const Cut& cut,
              int64_t task, const Lane& lane, const ConvolutionResult& result) {
  const int64_t begin = task % cut.blocks * cut.filters;
  const int64_t n = std::min(cut.filters, p.filters - begin);
  task /= cut.blocks;
  const int64_t first = task % cut.pieces * cut.rows;
  const int64_t count = std::min(cut.rows, p.positions - first);
  const int64_t group = task / cut.pieces % p.params.groups;
  const int64_t batch = task / cut.pieces / p.params.groups, filter = group * p.filters + begin;
  const uint8_t* const rows = patches.rows(batch, group, first, count, lane.patches);
  for (int64_t row = 0; weights.zeros && row < count; ++row)
    lane.row_sums[row] =
        static_cast<int32_t>(kernels::quantize_kernel().sum_u8(rows + row * p.depth(), p.depth()));
  const kernels::IntegerGemmKernel& kernel = kernels::integer_gemm_kernel();
  kernels::IntegerGemmArgs args{};
  args.a = rows;
  args.a_stride = args.k = p.depth();
  args.b_packed = weights.packed + group * weights.group_bytes +
                  begin / kernel.tile_n * kernel.packed_bytes(p.depth(), kernel.tile_n);
  args.a_zero = &weights.x_zero;
  args.b_zero = weights.zeros ? weights.zeros + (p.w_zeros > 1 ? filter : 0) : nullptr;
  args.b_zero_stride = p.w_zeros > 1 ? 1 : 0;
  args.row_sums = lane.row_sums;
  args.whole_bias = result.bias ? result.bias + filter : nullptr;
  if (result.scale) {
    args.y = reinterpret_cast<float*>(lane.sums);
    args.scale = result.scale + filter;
    args.scale_stride = 1;
  } else {
    args.c = reinterpret_cast<int32_t*>(lane.sums);
  }
  args.m = count;
  args.n = n;
  args.stop = stop_check(p.call.run);
  kernel.run(args, 0, count, 0, n);
  result.write({batch, filter, n, n, first, count, p.filters * p.params.groups, p.positions, args.c,
                args.y, lane.memory},
               result.target);
}

// ---- a filter for each channel ----

// Filters as rows of taps, with what their sums begin with; channels are rounded up to whole vectors.
struct ChannelFilters {
  int64_t channels;
  int32_t *weights, *start;  // [taps, channels]; [channels]
  float* scale;              // or null
  uint8_t* around;           // what the padding is made of
};

int32_t wrapped(uint32_t value) { return static_cast<int32_t>(value); }

Result<ChannelFilters> channel_filters(const Problem& p, int32_t x_zero, const int32_t* w_zeros,
                                       const ConvolutionResult& result) {
  ChannelFilters f{};
  const int64_t channels = p.params.groups;
  f.channels =
      (channels + kernels::kChannelLanes - 1) / kernels::kChannelLanes * kernels::kChannelLanes;
  INLAY_ASSIGN(std::byte* const memory,
               p.call.run.scratch(f.channels * (p.taps + 3) * int64_t{sizeof(int32_t)}));
  std::memset(memory, 0, static_cast<size_t>(f.channels * (p.taps + 3)) * sizeof(int32_t));
  f.weights = reinterpret_cast<int32_t*>(memory);
  f.start = f.weights + f.channels * p.taps;
  f.scale = result.scale ? reinterpret_cast<float*>(f.start + f.channels) : nullptr;
  f.around = reinterpret_cast<uint8_t*>(f.start + 2 * f.channels);
  std::memset(f.around, x_zero, static_cast<size_t>(f.channels));
  for (int64_t c = 0; c < channels; ++c) {
    const auto* from = p.call.at<const uint8_t>(kW) + c * p.taps;
    uint32_t sum = 0;
    for (int64_t t = 0; t < p.taps; ++t) {
      const int32_t weight = p.params.w_signed ? static_cast<int8_t>(from[t]) : from[t];
      f.weights[t * f.channels + c] = weight - w_zeros[p.w_zeros > 1 ? c : 0];
      sum += static_cast<uint32_t>(f.weights[t * f.channels + c]);
    }
    const auto bias = static_cast<uint32_t>(result.bias ? result.bias[c] : 0);
    f.start[c] = wrapped(bias - static_cast<uint32_t>(x_zero) * sum);
    if (f.scale) f.scale[c] = result.scale[c];
  }
  return f;
}

Result<ChannelFilters> read_channel_filters(const Problem& p, int32_t x_zero,
                                            const ConvolutionResult& result) {
  INLAY_ASSIGN(std::byte* const memory,
               p.call.run.scratch(p.w_zeros * static_cast<int64_t>(sizeof(int32_t))));
  auto* const zeros = reinterpret_cast<int32_t*>(memory);
  read_zero_points(p.call.data[kWZero], p.params.w_signed, p.w_zeros, 0, zeros);
  return channel_filters(p, x_zero, zeros, result);
}

Status run_depthwise(const Problem& p, const ConvolutionResult& result) {
  int32_t x_zero = 0;
  read_zero_points(p.call.data[kXZero], p.params.x_signed, 1, p.params.x_signed ? 128 : 0, &x_zero);
  INLAY_ASSIGN(const ChannelFilters f, read_channel_filters(p, x_zero, result));
  INLAY_ASSIGN(const uint8_t* const x, channels_last(p));
  const Patches patches(p, x, static_cast<uint8_t>(x_zero));
  ThreadPool& pool = p.call.run.pool();
  const int64_t shares = (p.positions + 2 * pool.threads() - 1) / (2 * pool.threads());
  const int64_t rows =
      std::clamp<int64_t>(kPatchBytes / (f.channels * 4), 1, std::min(kRowsPerTask, shares));
  const int64_t pieces = (p.positions + rows - 1) / rows, tasks = p.batch * pieces;
  const int64_t lanes = lane_count(pool, tasks);
  const int64_t elements = rows * f.channels, taps = rounded(p.taps * int64_t{sizeof(uint8_t*)});
  const int64_t lane_bytes = elements * 4 + rounded(elements) + taps;
  INLAY_ASSIGN(std::byte* const memory, p.call.run.scratch(lane_bytes * lanes));
  for_each_in_lanes(pool, tasks, lanes, [&](int64_t lane, int64_t task) {
    if (p.call.run.cancelled()) return;
    std::byte* const own = memory + lane * lane_bytes;
    auto** const tap_rows = reinterpret_cast<const uint8_t**>(own);
    auto* const sums = reinterpret_cast<int32_t*>(own + taps);
    auto* const floats = reinterpret_cast<float*>(sums);
    const int64_t batch = task / pieces, first = task % pieces * rows;
    const int64_t count = std::min(rows, p.positions - first);
    int64_t at[kMaxAxes];
    patches.find_position(first, at);
    for (int64_t row = 0; row < count; ++row, patches.next_position(at)) {
      patches.find_taps(batch, at, f.around, tap_rows);
      kernels::quantize_kernel().channel_sums({tap_rows, f.weights, p.taps, f.channels, f.start,
                                               f.scale ? nullptr : sums + row * f.channels,
                                               floats + row * f.channels, f.scale});
    }
    result.write({batch, 0, p.params.groups, f.channels, first, count, p.params.groups, p.positions,
                  sums, floats, own + taps + elements * 4},
                 result.target);
  });
  return Status();
}

}  // namespace

Result<Shape> infer_integer_convolution(Inference& in, const ConvolutionInputs& inputs) {
  for (size_t i : {inputs.x, inputs.w})
    INLAY_TRY(in.expect_dtype(i, {DType::kUint8, DType::kInt8}));
  if (in.has(inputs.x_zero)) INLAY_TRY(in.expect_dtype(inputs.x_zero, {in.dtype(inputs.x)}));
  if (in.has(inputs.w_zero)) INLAY_TRY(in.expect_dtype(inputs.w_zero, {in.dtype(inputs.w)}));
  INLAY_ASSIGN(const Shape x, in.shape(inputs.x));
  INLAY_ASSIGN(const Shape w, in.shape(inputs.w));
  if (x.size() < 3 || x.size() != w.size() || x.size() > kMaxAxes + 2)
    return in.error("expected input and filters of as many dimensions, 3 to {}, found {} and {}",
                    kMaxAxes + 2, x.size(), w.size());
  const int64_t groups = in.node().integer("group", 1);
  if (groups < 1) return in.error("group: expected at least 1, found {}", groups);
  INLAY_TRY(in.expect_equal(x[1], in.exprs().mul(w[1], in.constant(groups)), "channels"));
  const auto filters = in.exprs().value(w[0]);
  if (filters && *filters % groups != 0)
    return in.error("expected filters that {} groups divide, found {}", groups, *filters);
  if (const auto* kernel = in.node().integers("kernel_shape"))
    for (size_t i = 0; i < std::min(kernel->size(), w.size() - 2); ++i)
      INLAY_TRY(in.expect_equal(w[i + 2], in.constant((*kernel)[i]), "kernel_shape"));
  if (in.has(inputs.x_zero)) {
    INLAY_ASSIGN(const Shape zero, in.shape(inputs.x_zero));
    INLAY_TRY(in.expect_equal(in.exprs().product(zero), in.constant(1), "zero points of x"));
  }
  INLAY_TRY(expect_one_or(in, static_cast<int>(inputs.w_zero), w[0], "zero points of filters"));
  auto axes = axes_of(in.exprs(), in.node(), x, w);
  if (!axes.ok()) return in.error("{}", axes.message());
  Shape shape{x[0], w[0]};
  for (const Axis<Expr>& axis : *axes) shape.push_back(axis.out);
  return shape;
}

Result<IntegerConvolutionParams> push_integer_convolution(Lowering& low,
                                                          const ConvolutionInputs& inputs,
                                                          Lowering::StepSpec& spec) {
  const Shape &x = low.input_shape(inputs.x), &w = low.input_shape(inputs.w);
  INLAY_ASSIGN(const auto axes, axes_of(low.exprs(), low.node(), x, w));
  const int64_t groups = low.node().integer("group", 1);
  // A node of constants alone is computed at load, where nothing is packed.
  const bool depthwise = groups > 1 && low.exprs().is(w[1], 1) && low.exprs().is(w[0], groups);
  const graph::TensorRef constant =
      low.constant_tensor(inputs.x) || depthwise ? nullptr : low.constant_tensor(inputs.w);
  spec.operands.insert(spec.operands.end(),
                       {low.dense(inputs.x), constant ? Operand{} : low.dense(inputs.w),
                        constant ? low.packed(filters_recipe(constant, groups)) : Operand{},
                        low.dense(inputs.x_zero), low.dense(inputs.w_zero)});
  const Expr w_zeros =
      low.has(inputs.w_zero) ? low.count(low.input_shape(inputs.w_zero)) : low.constant(1);
  spec.sizes.insert(spec.sizes.end(), {x[0], w[1], w[0], w_zeros});
  for (const Axis<Expr>& axis : axes)
    spec.sizes.insert(spec.sizes.end(), {axis.in, axis.kernel, axis.out, axis.pad,
                                         low.constant(axis.stride), low.constant(axis.dilation)});
  return IntegerConvolutionParams{low.input_type(inputs.x).dtype == DType::kInt8,
                                  low.input_type(inputs.w).dtype == DType::kInt8,
                                  groups,
                                  depthwise,
                                  static_cast<int64_t>(axes.size()),
                                  spec.operands.size(),
                                  spec.sizes.size()};
}

Status run_integer_convolution(const StepCall& call, const IntegerConvolutionParams& params,
                               const ConvolutionResult& result) {
  const Problem p(call, params);
  if (p.batch * p.filters * p.positions == 0) return Status();
  if (params.depthwise) return run_depthwise(p, result);
  INLAY_ASSIGN(const Weights weights, find_weights(p));
  INLAY_ASSIGN(const uint8_t* const x, channels_last(p));
  const Patches patches(p, x, static_cast<uint8_t>(weights.x_zero));
  const Cut cut = cut_of(p, call.run.pool().threads());
  const int64_t tasks = p.batch * params.groups * cut.pieces * cut.blocks;
  const int64_t lanes = lane_count(call.run.pool(), tasks);
  const int64_t elements = cut.rows * std::min(cut.filters, p.filters);
  const int64_t patch_bytes = rounded(cut.rows * p.depth());
  const int64_t sum_bytes = rounded(elements * int64_t{sizeof(int32_t)});
  const int64_t row_bytes = rounded(cut.rows * int64_t{sizeof(int32_t)});
  const int64_t lane_bytes = patch_bytes + sum_bytes + row_bytes + rounded(elements);
  INLAY_ASSIGN(std::byte* const memory, call.run.scratch(lane_bytes * lanes));
  for_each_in_lanes(call.run.pool(), tasks, lanes, [&](int64_t lane, int64_t task) {
    if (call.run.cancelled()) return;
    std::byte* const own = memory + lane * lane_bytes;
    std::byte* const sums = own + patch_bytes;
    const Lane places{reinterpret_cast<uint8_t*>(own), sums,
                      reinterpret_cast<int32_t*>(sums + sum_bytes), sums + sum_bytes + row_bytes};
    run_task(p, weights, patches, cut, task, places, result);
  });
  return Status();
}

}  // namespace inlay::ops
