// MaxRoiPool (ONNX 1…): regions (batch, x1, y1, x2, y2) of images, each cut into pooled_shape parts of which the
// greatest element is taken; 0 for a part without elements.
#include <cmath>

#include "ops/lanes.h"
#include "ops/op.h"
#include "ops/reduction.h"
#include "ops/windows.h"

namespace inlay::ops {
namespace {

struct RoiParams {
  double scale;
};

// The elements [begin, end) of part `i` of `parts` between two ends of a region.
struct Part {
  int64_t begin, end;
};
Part part_of(double first, double last, int64_t i, int64_t parts, int64_t size) {
  const double length = std::max(last - first + 1, 1.0);
  const double step = length / static_cast<double>(parts), most = static_cast<double>(size);
  const double begin = first + std::floor(static_cast<double>(i) * step);
  const double end = first + std::ceil(static_cast<double>(i + 1) * step);
  return {static_cast<int64_t>(std::clamp(begin, 0.0, most)),
          static_cast<int64_t>(std::clamp(end, 0.0, most))};
}

// Operands: x, rois, y. Sizes: n, c, height, width, rois, rows, columns.
template <class T>
Status run_roi_pool(const StepCall& call) {
  const int64_t n = call.sizes[0], c = call.sizes[1], height = call.sizes[2];
  const int64_t width = call.sizes[3], rois = call.sizes[4], rows = call.sizes[5];
  const int64_t columns = call.sizes[6];
  const double scale = call.as<RoiParams>().scale;
  for (int64_t i = 0; i < rois * 5; ++i) {
    const auto value = static_cast<double>(call.at<const T>(1)[i]);
    const bool batch = i % 5 == 0;
    if (!(std::fabs(value) < 0x1p40) || (batch && (value < 0 || value >= static_cast<double>(n))))
      return invalid("roi {}: expected a batch in [0, {}) and finite ends, found {}", i / 5, n,
                     value);
  }
  call.run.pool().parallel_for(rois * c, [&](int64_t plane) {
    if (call.run.cancelled()) return;
    const T* roi = call.at<const T>(1) + plane / c * 5;
    const auto end = [&](int i) { return std::round(static_cast<double>(roi[i]) * scale); };
    const auto batch = static_cast<int64_t>(static_cast<double>(roi[0]));
    const T* image = call.at<const T>(0) + (batch * c + plane % c) * height * width;
    for (int64_t i = 0; i < rows * columns; ++i) {
      const Part y = part_of(end(2), end(4), i / columns, rows, height);
      const Part x = part_of(end(1), end(3), i % columns, columns, width);
      T best = y.begin < y.end && x.begin < x.end ? lowest_of<T>() : T{0};
      for (int64_t row = y.begin; row < y.end; ++row)
        for (int64_t column = x.begin; column < x.end; ++column) {
          const T element = image[row * width + column];
          best = element > best ? element : best;
        }
      call.at<T>(2)[plane * rows * columns + i] = best;
    }
  });
  return Status();
}

constexpr auto kRoiPool = []<class T>(std::type_identity<T>) -> StepFn { return run_roi_pool<T>; };

}  // namespace

Status infer_max_roi_pool(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_TRY(
      in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kFloat16, DType::kBfloat16}));
  INLAY_TRY(in.expect_dtype(1, {in.dtype(0)}));
  INLAY_ASSIGN(const Shape x, in.shape(0));
  INLAY_ASSIGN(const Shape rois, in.shape(1));
  if (x.size() != 4 || rois.size() != 2)
    return in.error("expected inputs of 4 and 2 dimensions, found {} and {}", x.size(),
                    rois.size());
  INLAY_TRY(in.expect_equal(rois[1], in.constant(5), "numbers of a region"));
  if (!in.node().integers("pooled_shape")) return in.error("expected the attribute pooled_shape");
  INLAY_ASSIGN(const auto pooled, positive_list(in.graph(), in.node(), "pooled_shape", 2));
  in.set_output(0, in.dtype(0), {rois[0], x[1], in.constant(pooled[0]), in.constant(pooled[1])});
  return Status();
}

Status lower_max_roi_pool(Lowering& low) {
  const Shape &x = low.input_shape(0), &y = low.output_shape(0);
  low.step({for_type(low.input_type(0).dtype, Floats(), kRoiPool),
            {low.dense(0), low.dense(1), low.output(0)},
            {x[0], x[1], x[2], x[3], y[0], y[2], y[3]},
            std::make_shared<RoiParams>(
                RoiParams{static_cast<double>(low.node().real("spatial_scale", 1.0f))})});
  return Status();
}

}  // namespace inlay::ops
