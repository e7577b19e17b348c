#include "ops/resizing.h"

#include <cmath>
#include <cstring>

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

template <class T>
Status interpolate(const StepCall& call, const std::vector<ResizeAxis>& axes, T* y) {
  using Work = std::conditional_t<std::is_same_v<T, float>, float, double>;
  const auto& params = call.as<ResizeParams>();
  int64_t most = 1, inputs = 1, outputs = 1;
  for (const ResizeAxis& axis : axes) {
    most *= std::max<int64_t>({axis.in, axis.out, 1});
    inputs *= axis.in;
    outputs *= axis.out;
  }
  if (outputs == 0) return Status();
  INLAY_ASSIGN(std::byte* const scratch,
               call.run.scratch(2 * most * static_cast<int64_t>(sizeof(Work)) + 64));
  Work* const buffers[2] = {reinterpret_cast<Work*>(scratch),
                            reinterpret_cast<Work*>(scratch) + most};
  const T* x = call.at<const T>(0);
  const Work* from = buffers[1];
  if constexpr (std::is_same_v<T, Work>)
    from = x;
  else
    for (int64_t i = 0; i < inputs; ++i) buffers[1][i] = static_cast<Work>(x[i]);
  std::vector<bool> done(axes.size(), false);
  int target = 0;
  for (int a : params.axes) {
    const ResizeAxis& axis = axes[static_cast<size_t>(a)];
    if (axis.is_identity(params.coordinate)) continue;
    const Extent extent = around(axes, static_cast<size_t>(a), done);
    const ResizeTable table = make_table(params, axis);
    Pass<Work>{table,   from,     buffers[target], extent.outer,
               axis.in, axis.out, extent.inner,    params.extrapolation}
        .run(call.run);
    done[static_cast<size_t>(a)] = true;
    from = buffers[target];
    target = 1 - target;
  }
  if constexpr (std::is_same_v<T, Work>)
    std::memcpy(y, from, static_cast<size_t>(outputs) * sizeof(T));
  else
    for (int64_t i = 0; i < outputs; ++i) y[i] = from_work<T>(from[i]);
  return Status();
}

template <class T>
Status pick_nearest(const StepCall& call, const std::vector<ResizeAxis>& axes, T* y) {
  const auto& params = call.as<ResizeParams>();
  std::vector<ResizeTable> tables;
  int64_t rows = 1;
  for (const ResizeAxis& axis : axes) {
    ResizeAxis plain = axis;
    if (axis.is_identity(params.coordinate)) plain.scale = 1;
    tables.push_back(make_table(params, plain));
    rows *= axis.out;
  }
  if (rows == 0) return Status();
  const size_t last = axes.size() - 1;
  const int64_t columns = axes[last].out;
  rows /= columns;
  const auto outside = [&](size_t a, int64_t i) {
    return !tables[a].outside.empty() && tables[a].outside[static_cast<size_t>(i)];
  };
  constexpr int64_t kElementsPerTask = 1 << 14;
  for_each_range(
      call.run.pool(), rows, kElementsPerTask / (columns + 1) + 1, [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end && !call.run.cancelled(); ++row) {
          int64_t offset = 0, step = axes[last].in, rest = row;
          bool lost = false;
          for (size_t a = last; a-- > 0; rest /= axes[a].out, step *= axes[a].in) {
            const int64_t i = rest % axes[a].out;
            lost = lost || outside(a, i);
            offset += tables[a].index[static_cast<size_t>(i)] * step;
          }
          const T* from = call.at<const T>(0) + offset;
          T* to = y + row * columns;
          for (int64_t i = 0; i < columns; ++i)
            to[i] = lost || outside(last, i) ? from_work<T>(params.extrapolation)
                                             : from[tables[last].index[static_cast<size_t>(i)]];
        }
      });
  return Status();
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
  auto* const y = reinterpret_cast<T*>(target);
  if (axes.empty()) {
    *y = *call.at<const T>(0);
    return Status();
  }
  if (params.mode == Mode::kNearest) return pick_nearest(call, axes, y);
  return interpolate(call, axes, y);
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
