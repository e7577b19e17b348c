#include "ops/resizing.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <span>

#include "kernels/window_rows.h"
#include "ops/channels.h"
#include "ops/gathering.h"
#include "ops/lanes.h"
#include "ops/reduction.h"
#include "ops/resize_axis.h"

namespace inlay::ops {
namespace {

using Mode = ResizeParams::Mode;
using Policy = ResizeParams::Policy;

constexpr int64_t kMostElements = int64_t{1} << 44;

// floor(size * scale), where a float stands for the numbers that round to it: 10 * 0.7f is 7.
Expr scaled_size(ExprPool& e, Expr size, float scale) {
  int exponent = 0;
  auto mantissa = static_cast<int64_t>(std::ldexp(std::frexp(scale, &exponent), 24));
  exponent -= 24;
  while (mantissa != 0 && mantissa % 2 == 0) {
    mantissa /= 2;
    ++exponent;
  }
  constexpr int64_t kShort = 1 << 12;  // a scale with few digits is meant as it is
  if (mantissa >= kShort) {
    mantissa = 2 * mantissa + 1;
    --exponent;
  }
  if (exponent >= 0) return e.mul(size, e.constant(mantissa << std::min(exponent, 30)));
  return e.floor_div(e.mul(size, e.constant(mantissa)),
                     e.constant(int64_t{1} << std::min(-exponent, 62)));
}

Status check_scale(float scale) {
  if (scale > 0 && scale <= 0x1p30f && scale >= 0x1p-30f) return Status();
  return invalid("expected scales in [2^-30, 2^30], found {}", static_cast<double>(scale));
}

// Operands: x, roi, scales, sizes, y. Sizes: shape of x, then of y unless it is data-sized.
Result<std::vector<ResizeAxis>> axes_of(const StepCall& call, const ResizeParams& params) {
  const auto rank = static_cast<size_t>(params.rank), count = params.axes.size();
  std::vector<ResizeAxis> axes;
  for (size_t a = 0; a < rank; ++a)
    axes.push_back({call.sizes[a], call.sizes[a], 1.0, static_cast<double>(call.sizes[a])});
  double least = INFINITY, most = 0;
  for (size_t i = 0; i < count; ++i) {
    ResizeAxis& axis = axes[static_cast<size_t>(params.axes[i])];
    if (params.coordinate == ResizeParams::Coordinate::kCropAndResize && call.data[1]) {
      axis.roi_begin = float_at(call.data[1], params.roi_type, static_cast<int64_t>(i));
      axis.roi_end = float_at(call.data[1], params.roi_type, static_cast<int64_t>(count + i));
    }
    if (params.by_scales) {
      const float scale = params.scales.empty() ? call.at<const float>(2)[i] : params.scales[i];
      INLAY_TRY(check_scale(scale));
      axis.scale = static_cast<double>(scale);
      axis.length = axis.scale * static_cast<double>(axis.in);
      axis.out = static_cast<int64_t>(scale * static_cast<float>(axis.in));
    } else {
      axis.out = call.at<const int64_t>(3)[i];
      axis.length = static_cast<double>(axis.out);
      axis.scale = axis.length / static_cast<double>(axis.in);
    }
    least = std::min(least, axis.scale);
    most = std::max(most, axis.scale);
  }
  for (size_t i = 0; i < count && !params.by_scales && params.policy != Policy::kStretch; ++i) {
    ResizeAxis& axis = axes[static_cast<size_t>(params.axes[i])];
    axis.scale = params.policy == Policy::kNotLarger ? least : most;
    axis.length = axis.scale * static_cast<double>(axis.in);
    axis.out = static_cast<int64_t>(axis.length + 0.5);
  }
  int64_t elements = 1;
  for (size_t a = 0; a < rank; ++a) {
    ResizeAxis& axis = axes[a];
    if (!params.data_sized) axis.out = call.sizes[rank + a];
    if (axis.out < 0 || (axis.in <= 0 && axis.out > 0))
      return invalid("axis {}: expected elements to resize, found {} of {}", a, axis.out, axis.in);
    const int64_t longer = std::max<int64_t>({axis.in, axis.out, 1});
    if (elements > kMostElements / longer)
      return out_of_memory("expected at most {} elements, found more", kMostElements);
    elements *= longer;
  }
  return axes;
}

template <class T>
T from_work(double value) {
  if constexpr (std::is_integral_v<T>) {
    const double low = static_cast<double>(lowest_of<T>()),
                 high = static_cast<double>(highest_of<T>());
    const double rounded = std::nearbyint(value);
    if (!(rounded > low)) return lowest_of<T>();
    return rounded >= high ? highest_of<T>() : static_cast<T>(rounded);
  } else {
    return from_sum<T>(value);
  }
}

// One axis of [outer, axis, inner].
template <class Work>
struct Pass {
  const ResizeTable& table;
  const Work* from;
  Work* to;
  int64_t outer, in, out, inner;
  double extrapolation;

  void line(int64_t o, int64_t i, const float* weights, const int64_t* offsets) const {
    const Work* x = from + o * in * inner;
    Work* y = to + (o * out + i) * inner;
    const int64_t first = i * table.taps;
    if (!table.outside.empty() && table.outside[static_cast<size_t>(i)]) {
      std::fill(y, y + inner, static_cast<Work>(extrapolation));
      return;
    }
    if constexpr (std::is_same_v<Work, float>) {
      constexpr int64_t kWorthACall = 8;
      if (inner >= kWorthACall)
        return kernels::window_rows_kernel().weighted_sum(
            {x, offsets + first, weights + first, table.taps, 0.0f, y, inner});
    }
    for (int64_t j = 0; j < inner; ++j) {
      double sum = 0;
      for (int64_t t = 0; t < table.taps; ++t)
        sum += table.weight[static_cast<size_t>(first + t)] *
               static_cast<double>(x[table.index[static_cast<size_t>(first + t)] * inner + j]);
      y[j] = static_cast<Work>(sum);
    }
  }

  void run(RunServices& services) const {
    const std::vector<float> weights(table.weight.begin(), table.weight.end());
    std::vector<int64_t> offsets = table.index;
    for (int64_t& offset : offsets) offset *= inner;
    constexpr int64_t kTapsPerTask = 1 << 14;
    for_each_range(services.pool(), outer * out, kTapsPerTask / (inner * table.taps + 1) + 1,
                   [&](int64_t begin, int64_t end) {
                     for (int64_t i = begin; i < end && !services.cancelled(); ++i)
                       line(i / out, i % out, weights.data(), offsets.data());
                   });
  }
};

struct Extent {
  int64_t outer = 1, inner = 1;
};
// Around axis `a`, where the axes before it have their new sizes already.
Extent around(const std::vector<ResizeAxis>& axes, size_t a, const std::vector<bool>& done) {
  Extent extent;
  for (size_t b = 0; b < axes.size(); ++b) {
    const int64_t size = done[b] ? axes[b].out : axes[b].in;
    if (b < a) extent.outer *= size;
    if (b > a) extent.inner *= size;
  }
  return extent;
}

// The axes that change, in order.
std::vector<size_t> changing(const std::vector<ResizeAxis>& axes, const ResizeParams& params) {
  std::vector<size_t> out;
  for (int a : params.axes)
    if (!axes[static_cast<size_t>(a)].is_identity(params.coordinate))
      out.push_back(static_cast<size_t>(a));
  std::sort(out.begin(), out.end());
  return out;
}

// Elements of the input, of the output, and of the largest tensor between.
struct Counts {
  int64_t in = 1, out = 1, most = 1;
};
Counts count(const std::vector<ResizeAxis>& axes) {
  Counts counts;
  for (const ResizeAxis& axis : axes) {
    counts.in *= axis.in;
    counts.out *= axis.out;
    counts.most *= std::max<int64_t>({axis.in, axis.out, 1});
  }
  return counts;
}

// One axis after the other, from x to y; tensors between go into `buffers`.
template <class Work>
void run_passes(const StepCall& call, const std::vector<ResizeAxis>& axes,
                std::span<const size_t> order, const Work* x, Work* const (&buffers)[2], Work* y) {
  const auto& params = call.as<ResizeParams>();
  std::vector<bool> done(axes.size(), false);
  for (size_t i = 0; i < order.size(); ++i) {
    const ResizeAxis& axis = axes[order[i]];
    const Extent extent = around(axes, order[i], done);
    const ResizeTable table = make_table(params, axis);
    Work* const to = i + 1 == order.size() ? y : buffers[i % 2];
    Pass<Work>{table, x, to, extent.outer, axis.in, axis.out, extent.inner, params.extrapolation}
        .run(call.run);
    done[order[i]] = true;
    x = to;
  }
}

// The last axis that changes, with the one before it, as images of rows: a row between those of the input, then
// elements between those of the row. What little lies behind the axis belongs to its elements.
class ImagePass {
 public:
  static bool takes(const std::vector<ResizeAxis>& axes, size_t last) {
    constexpr int64_t kFew = 16;
    int64_t inner = 1;
    for (size_t a = last + 1; a < axes.size(); ++a) inner *= axes[a].out;
    return inner < kFew && axes[last].in * inner <= INT32_MAX;
  }

  ImagePass(const ResizeParams& params, const std::vector<ResizeAxis>& axes, size_t last,
            bool with_rows)
      : columns_(make_table(params, axes[last])), extrapolation_(params.extrapolation) {
    for (size_t a = last + 1; a < axes.size(); ++a) inner_ *= axes[a].out;
    width_in_ = axes[last].in * inner_;
    width_out_ = axes[last].out * inner_;
    for (size_t a = 0; a < last; ++a) rows_ *= axes[a].out;
    if (with_rows) {
      lines_ = make_table(params, axes[last - 1]);
      lines_in_ = axes[last - 1].in;
      lines_out_ = axes[last - 1].out;
    }
    for (int64_t t = 0; t < columns_.taps; ++t)
      for (int64_t i = 0; i < width_out_; ++i) {
        const auto at = static_cast<size_t>(i / inner_ * columns_.taps + t);
        picks_.push_back(static_cast<int32_t>(columns_.index[at] * inner_ + i % inner_));
        pick_weights_.push_back(static_cast<float>(columns_.weight[at]));
      }
    ascending_ = true;
    for (auto tap = picks_.begin(); tap != picks_.end(); tap += width_out_)
      ascending_ = ascending_ && std::is_sorted(tap, tap + width_out_);
    line_weights_.assign(lines_.weight.begin(), lines_.weight.end());
    for (int64_t line : lines_.index) line_offsets_.push_back(line * width_in_);
  }

  Status run(RunServices& services, const float* x, float* y) const {
    constexpr int64_t kElementsPerTask = 1 << 14;
    const int64_t rows = std::min(kElementsPerTask / (width_out_ + width_in_) + 1, rows_);
    const int64_t tasks = (rows_ + rows - 1) / rows, lanes = lane_count(services.pool(), tasks);
    INLAY_ASSIGN(std::byte* const scratch,
                 services.scratch(lanes * width_in_ * static_cast<int64_t>(sizeof(float))));
    for_each_in_lanes(services.pool(), tasks, lanes, [&](int64_t lane, int64_t task) {
      float* const line = reinterpret_cast<float*>(scratch) + lane * width_in_;
      const int64_t end = std::min((task + 1) * rows, rows_);
      const int64_t lines = std::max<int64_t>(lines_out_, 1);
      int64_t image = task * rows / lines, at = task * rows % lines;
      for (int64_t i = task * rows; i < end && !services.cancelled(); ++i) {
        row(x, image, at, line, y + i * width_out_);
        if (++at < lines) continue;
        at = 0;
        ++image;
      }
    });
    return Status();
  }

 private:
  // Row `at` of an image; images are rows where no lines change.
  void row(const float* x, int64_t image, int64_t at, float* line, float* y) const {
    if (lines_out_ == 0) {
      x += image * width_in_;
    } else {
      if (is_outside(lines_, at)) {
        std::fill(y, y + width_out_, static_cast<float>(extrapolation_));
        return;
      }
      kernels::window_rows_kernel().weighted_sum(
          {x + image * lines_in_ * width_in_, line_offsets_.data() + at * lines_.taps,
           line_weights_.data() + at * lines_.taps, lines_.taps, 0.0f, line, width_in_});
      x = line;
    }
    kernels::window_rows_kernel().picked_sum({x, picks_.data(), pick_weights_.data(), columns_.taps,
                                              width_out_, y, width_out_, ascending_});
    for (int64_t j = 0; !columns_.outside.empty() && j < width_out_; ++j)
      if (is_outside(columns_, j / inner_)) y[j] = static_cast<float>(extrapolation_);
  }
  static bool is_outside(const ResizeTable& table, int64_t i) {
    return !table.outside.empty() && table.outside[static_cast<size_t>(i)];
  }

  ResizeTable columns_, lines_;
  double extrapolation_;
  int64_t inner_ = 1, width_in_ = 0, width_out_ = 0, rows_ = 1, lines_in_ = 0, lines_out_ = 0;
  bool ascending_;
  std::vector<int32_t> picks_;
  std::vector<float> pick_weights_, line_weights_;
  std::vector<int64_t> line_offsets_;
};

Status interpolate_floats(const StepCall& call, const std::vector<ResizeAxis>& axes, float* y) {
  const auto& params = call.as<ResizeParams>();
  const Counts counts = count(axes);
  const auto* x = call.at<const float>(0);
  if (counts.out == 0) return Status();
  std::vector<size_t> order = changing(axes, params);
  if (order.empty()) {
    std::memcpy(y, x, static_cast<size_t>(counts.out) * sizeof(float));
    return Status();
  }
  const bool image = ImagePass::takes(axes, order.back());
  const size_t last = order.back();
  bool with_rows = false;
  if (image) {
    order.pop_back();
    with_rows = !order.empty() && order.back() + 1 == last;
    if (with_rows) order.pop_back();
  }
  float* buffers[2] = {};
  if (!order.empty()) {
    INLAY_ASSIGN(std::byte* const scratch,
                 call.run.scratch(2 * counts.most * static_cast<int64_t>(sizeof(float)) + 64));
    buffers[0] = reinterpret_cast<float*>(scratch);
    buffers[1] = buffers[0] + counts.most;
    float* const to = image ? buffers[(order.size() + 1) % 2] : y;
    run_passes<float>(call, axes, order, x, buffers, to);
    x = to;
  }
  return image ? ImagePass(params, axes, last, with_rows).run(call.run, x, y) : Status();
}

// What becomes of elements of a type.
struct ElementLoops {
  void (*widen)(const std::byte* x, int64_t n, double* to);
  void (*narrow)(const double* from, int64_t n, std::byte* y);
};

Status interpolate_others(const StepCall& call, const std::vector<ResizeAxis>& axes,
                          const ElementLoops& loops, std::byte* y) {
  const Counts counts = count(axes);
  if (counts.out == 0) return Status();
  INLAY_ASSIGN(std::byte* const scratch,
               call.run.scratch(3 * counts.most * static_cast<int64_t>(sizeof(double)) + 64));
  auto* const x = reinterpret_cast<double*>(scratch);
  double* const buffers[2] = {x + counts.most, x + 2 * counts.most};
  loops.widen(call.data[0], counts.in, x);
  const std::vector<size_t> order = changing(axes, call.as<ResizeParams>());
  double* const last = order.empty() ? x : buffers[(order.size() + 1) % 2];
  run_passes<double>(call, axes, order, x, buffers, last);
  loops.narrow(last, counts.out, y);
  return Status();
}

// The nearest elements of one size. What lies behind the last axis that changes is one piece.
template <class Bits>
class NearestRows {
 public:
  NearestRows(const std::vector<ResizeAxis>& axes, const ResizeParams& params, Bits around)
      : axes_(axes), around_(around) {
    const std::vector<size_t> order = changing(axes, params);
    last_ = order.empty() ? 0 : order.back();
    for (size_t a = 0; a < axes.size(); ++a) {
      ResizeAxis plain = axes[a];
      if (plain.is_identity(params.coordinate)) plain.scale = 1;
      if (a <= last_) tables_.push_back(make_table(params, plain));
      if (a < last_) rows_ *= plain.out;
      if (a > last_) piece_ *= plain.out;
    }
    lines_ = last_ > 0 ? axes[last_ - 1].out : 1;
    line_in_ = axes[last_].in * piece_;
    line_out_ = axes[last_].out * piece_;
    const std::vector<int64_t>& columns = tables_[last_].index;
    if (piece_ == 1 && axes[last_].in <= INT32_MAX) columns_.assign(columns.begin(), columns.end());
    ascending_ = std::is_sorted(columns.begin(), columns.end());
  }

  int64_t rows() const { return rows_; }
  int64_t row_elements() const { return line_out_; }

  // Rows [begin, end) of the output.
  void run(const RunServices& services, const Bits* x, Bits* y, int64_t begin, int64_t end) const {
    int64_t before = -1;  // where the row of the input lies that the output's last row is
    int64_t image = begin / lines_, line = begin % lines_;
    Place first = image_at(image);
    constexpr int64_t kBetweenLooks = 64;
    for (int64_t row = begin; row < end; ++row) {
      if (row % kBetweenLooks == 0 && services.cancelled()) return;
      const Place place = line_at(first, line);
      Bits* to = y + row * line_out_;
      if (place.outside) {
        std::fill(to, to + line_out_, around_);
      } else if (place.offset == before) {
        std::copy(to - line_out_, to, to);
      } else {
        pick(x + place.offset, to);
      }
      before = place.outside ? -1 : place.offset;
      if (++line < lines_) continue;
      line = 0;
      first = image_at(++image);
    }
  }

 private:
  struct Place {
    int64_t offset = 0;
    bool outside = false;
  };
  void step_along(size_t axis, int64_t i, int64_t step, Place& place) const {
    const ResizeTable& table = tables_[axis];
    place.offset += table.index[static_cast<size_t>(i)] * step;
    if (!table.outside.empty() && table.outside[static_cast<size_t>(i)]) place.outside = true;
  }
  // Where the image begins that the axes before the lines name.
  Place image_at(int64_t image) const {
    Place place;
    if (last_ == 0 || image * lines_ >= rows_) return place;
    int64_t step = line_in_ * axes_[last_ - 1].in;
    for (size_t a = last_ - 1; a-- > 0; image /= axes_[a].out, step *= axes_[a].in)
      step_along(a, image % axes_[a].out, step, place);
    return place;
  }
  Place line_at(Place place, int64_t line) const {
    if (last_ > 0) step_along(last_ - 1, line, line_in_, place);
    return place;
  }

  void pick(const Bits* from, Bits* to) const {
    const ResizeTable& table = tables_[last_];
    const auto n = static_cast<int64_t>(table.index.size());
    if (sizeof(Bits) == sizeof(float) && !columns_.empty()) {
      kernels::window_rows_kernel().picked_sum({reinterpret_cast<const float*>(from),
                                                columns_.data(), nullptr, 1, n,
                                                reinterpret_cast<float*>(to), n, ascending_});
    } else if (piece_ == 1) {
      for (int64_t i = 0; i < n; ++i) to[i] = from[table.index[static_cast<size_t>(i)]];
    } else {
      for (int64_t i = 0; i < n; ++i)
        std::memcpy(to + i * piece_, from + table.index[static_cast<size_t>(i)] * piece_,
                    static_cast<size_t>(piece_) * sizeof(Bits));
    }
    for (int64_t i = 0; !table.outside.empty() && i < n; ++i)
      if (table.outside[static_cast<size_t>(i)])
        std::fill(to + i * piece_, to + (i + 1) * piece_, around_);
  }

  const std::vector<ResizeAxis>& axes_;
  Bits around_;
  size_t last_;  // axis that changes; the lines are along the one before it
  std::vector<ResizeTable> tables_;
  std::vector<int32_t> columns_;
  bool ascending_;
  int64_t rows_ = 1, lines_ = 1, piece_ = 1, line_in_ = 0, line_out_ = 0;
};

template <class Bits>
Status pick_nearest(const StepCall& call, const std::vector<ResizeAxis>& axes, Bits around,
                    Bits* y) {
  if (count(axes).out == 0) return Status();
  const NearestRows<Bits> nearest(axes, call.as<ResizeParams>(), around);
  constexpr int64_t kElementsPerTask = 1 << 14;
  for_each_range(call.run.pool(), nearest.rows(),
                 kElementsPerTask / (nearest.row_elements() + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   nearest.run(call.run, call.at<const Bits>(0), y, begin, end);
                 });
  return Status();
}

template <size_t kBytes>
using BitsOf = std::conditional_t<
    kBytes == 1, uint8_t,
    std::conditional_t<kBytes == 2, uint16_t, std::conditional_t<kBytes == 4, uint32_t, uint64_t>>>;

template <class T>
void widen_elements(const std::byte* x, int64_t n, double* to) {
  for (int64_t i = 0; i < n; ++i) to[i] = static_cast<double>(reinterpret_cast<const T*>(x)[i]);
}
template <class T>
void narrow_elements(const double* from, int64_t n, std::byte* y) {
  for (int64_t i = 0; i < n; ++i) reinterpret_cast<T*>(y)[i] = from_work<T>(from[i]);
}

template <class T>
Status run_resize(const StepCall& call) {
  const auto& params = call.as<ResizeParams>();
  INLAY_ASSIGN(const std::vector<ResizeAxis> axes, axes_of(call, params));
  std::byte* target = params.data_sized ? nullptr : call.data[4];
  if (params.data_sized) {
    std::vector<int64_t> shape;
    for (const ResizeAxis& axis : axes) shape.push_back(axis.out);
    INLAY_ASSIGN(target, call.run.allocate(0, shape));
  }
  if (axes.empty()) {
    *reinterpret_cast<T*>(target) = *call.at<const T>(0);
    return Status();
  }
  using Bits = BitsOf<sizeof(T)>;
  if (params.mode == Mode::kNearest)
    return pick_nearest(call, axes, std::bit_cast<Bits>(from_work<T>(params.extrapolation)),
                        reinterpret_cast<Bits*>(target));
  if constexpr (std::is_same_v<T, float>)
    return interpolate_floats(call, axes, reinterpret_cast<float*>(target));
  else
    return interpolate_others(call, axes, {widen_elements<T>, narrow_elements<T>}, target);
}

constexpr auto kResize = []<class T>(std::type_identity<T>) -> StepFn { return run_resize<T>; };

std::optional<std::vector<float>> constant_floats(const graph::Tensor* tensor) {
  if (!tensor) return {};
  const auto elements = graph::float_elements(*tensor);
  if (!elements) return {};
  return std::vector<float>(elements->begin(), elements->end());
}

// Where the output's sizes come from: the same for inference and lowering.
void find_source(const graph::Graph& graph, const graph::Node& node, const ResizeInputs& inputs,
                 ResizeParams& params) {
  const auto id = [&](int input) {
    return input < 0 ? graph::kNoValue : node.input(static_cast<size_t>(input));
  };
  const auto is_there = [&](graph::ValueId v) {
    return v != graph::kNoValue &&
           !(graph.value(v).type.shape &&
             graph.exprs->is(graph.exprs->product(*graph.value(v).type.shape), 0));
  };
  params.by_scales = !params.scales.empty() || is_there(id(inputs.scales));
  if (params.by_scales && params.scales.empty())
    if (auto scales = constant_floats(graph.value(id(inputs.scales)).constant.get()))
      params.scales = std::move(*scales);
  params.data_sized = params.by_scales ? params.scales.empty() : params.policy != Policy::kStretch;
}

// Sizes that are known before a run.
Result<Shape> known_shape(Inference& in, const ResizeParams& params, const ResizeInputs& inputs,
                          Shape shape) {
  if (!params.by_scales) {
    INLAY_ASSIGN(const auto sizes, in.content_or_read(static_cast<size_t>(inputs.sizes)));
    if (sizes.size() != params.axes.size())
      return in.error("sizes: expected {}, found {}", params.axes.size(), sizes.size());
    for (size_t i = 0; i < sizes.size(); ++i) shape[static_cast<size_t>(params.axes[i])] = sizes[i];
    return shape;
  }
  if (params.scales.size() != params.axes.size())
    return in.error("scales: expected {}, found {}", params.axes.size(), params.scales.size());
  for (size_t i = 0; i < params.axes.size(); ++i) {
    if (Status checked = check_scale(params.scales[i]); !checked.ok())
      return in.error("{}", checked.message());
    Expr& size = shape[static_cast<size_t>(params.axes[i])];
    size = scaled_size(in.exprs(), size, params.scales[i]);
  }
  return shape;
}

}  // namespace

Status infer_resizing(Inference& in, ResizeParams params, ResizeInputs inputs) {
  INLAY_ASSIGN(Shape shape, in.shape(0));
  find_source(in.graph(), in.node(), inputs, params);
  const int source = params.by_scales ? inputs.scales : inputs.sizes;
  if (params.scales.empty() && (source < 0 || !in.has(static_cast<size_t>(source))))
    return in.error("expected scales or sizes");
  if (params.scales.empty()) {
    INLAY_TRY(in.expect_dtype(static_cast<size_t>(source),
                              {params.by_scales ? DType::kFloat32 : DType::kInt64}));
    INLAY_ASSIGN(const Shape list, in.shape(static_cast<size_t>(source)));
    INLAY_TRY(in.expect_equal(in.exprs().product(list),
                              in.constant(static_cast<int64_t>(params.axes.size())),
                              params.by_scales ? "scales" : "sizes"));
  }
  if (params.coordinate == ResizeParams::Coordinate::kCropAndResize) {
    if (inputs.roi < 0 || !in.has(static_cast<size_t>(inputs.roi)))
      return in.error("expected roi for tf_crop_and_resize");
    INLAY_ASSIGN(const Shape roi, in.shape(static_cast<size_t>(inputs.roi)));
    INLAY_TRY(in.expect_equal(in.exprs().product(roi),
                              in.constant(2 * static_cast<int64_t>(params.axes.size())), "roi"));
  }
  if (params.data_sized)
    for (Expr& size : shape) size = in.data_size("resized");
  else {
    INLAY_ASSIGN(shape, known_shape(in, params, inputs, std::move(shape)));
  }
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_resizing(Lowering& low, ResizeParams params, ResizeInputs inputs) {
  const DType dtype = low.input_type(0).dtype;
  const StepFn run = for_type(dtype, NumbersAndBool(), kResize);
  if (!run) return low.error("{} elements are not supported", graph::dtype_text(dtype));
  find_source(low.graph(), low.node(), inputs, params);
  params.rank = static_cast<int64_t>(low.input_shape(0).size());
  const auto operand = [&](int input, bool wanted) {
    return wanted && input >= 0 ? low.dense(static_cast<size_t>(input)) : Operand{};
  };
  const bool crop = params.coordinate == ResizeParams::Coordinate::kCropAndResize;
  if (crop) params.roi_type = low.input_type(static_cast<size_t>(inputs.roi)).dtype;
  std::vector<Operand> operands{low.dense(0), operand(inputs.roi, crop),
                                operand(inputs.scales, params.by_scales && params.scales.empty()),
                                operand(inputs.sizes, !params.by_scales)};
  std::vector<Expr> sizes = low.input_shape(0);
  if (params.data_sized) {
    low.data_sized_output(0);
  } else {
    operands.push_back(low.output(0));
    sizes.insert(sizes.end(), low.output_shape(0).begin(), low.output_shape(0).end());
  }
  low.step({run, std::move(operands), std::move(sizes),
            std::make_shared<ResizeParams>(std::move(params))});
  return Status();
}

}  // namespace inlay::ops
