// AffineGrid (ONNX 20): the places that theta [n, 2, 3] or [n, 3, 4] makes of the places of an image of the size that
// input 1 says, the last axis first; what GridSample reads.
#include "ops/channels.h"
#include "ops/lanes.h"
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

struct GridParams {
  int64_t rank;
  bool align_corners;
};

// The place of element i of an axis in [-1, 1].
double place(int64_t i, int64_t size, bool align_corners) {
  const auto length = static_cast<double>(size);
  if (align_corners) return size == 1 ? -1 : -1 + 2 * static_cast<double>(i) / (length - 1);
  return -1 + (2 * static_cast<double>(i) + 1) / length;
}

// Operands: theta, grid. Sizes: n, then the spatial shape.
template <class T>
Status run_affine_grid(const StepCall& call) {
  const auto& params = call.as<GridParams>();
  const int64_t rank = params.rank, columns = rank + 1;
  const int64_t* shape = call.sizes + 1;
  int64_t places = 1;
  for (int64_t a = 0; a < rank; ++a) places *= shape[a];
  constexpr int64_t kPlacesPerTask = 1 << 12;
  for_each_range(
      call.run.pool(), call.sizes[0] * places, kPlacesPerTask, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end && !call.run.cancelled(); ++i) {
          double at[4] = {1, 1, 1, 1};  // x, y, (z,) 1
          int64_t rest = i % places;
          for (int64_t a = rank; a-- > 0; rest /= shape[a])
            at[rank - 1 - a] = place(rest % shape[a], shape[a], params.align_corners);
          const T* theta = call.at<const T>(0) + i / places * rank * columns;
          for (int64_t row = 0; row < rank; ++row) {
            double sum = 0;
            for (int64_t j = 0; j < columns; ++j)
              sum += static_cast<double>(theta[row * columns + j]) * at[j < rank ? j : 3];
            call.at<T>(1)[i * rank + row] = from_sum<T>(sum);
          }
        }
      });
  return Status();
}

constexpr auto kAffineGrid = []<class T>(std::type_identity<T>) -> StepFn {
  return run_affine_grid<T>;
};

}  // namespace

Status infer_affine_grid(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_TRY(
      in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kFloat16, DType::kBfloat16}));
  INLAY_ASSIGN(const Shape theta, in.shape(0));
  INLAY_ASSIGN(const std::vector<Expr> size, in.content_or_read(1));
  if (theta.size() != 3 || size.size() < 4 || size.size() > 5)
    return in.error("expected theta of 3 dimensions and 4 or 5 sizes, found {} and {}",
                    theta.size(), size.size());
  const auto rank = static_cast<int64_t>(size.size()) - 2;
  INLAY_TRY(in.expect_equal(theta[0], size[0], "batch"));
  INLAY_TRY(in.expect_equal(theta[1], in.constant(rank), "rows of theta"));
  INLAY_TRY(in.expect_equal(theta[2], in.constant(rank + 1), "columns of theta"));
  Shape shape{size[0]};
  shape.insert(shape.end(), size.begin() + 2, size.end());
  shape.push_back(in.constant(rank));
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_affine_grid(Lowering& low) {
  const Shape& y = low.output_shape(0);
  low.step({for_type(low.input_type(0).dtype, Floats(), kAffineGrid),
            {low.dense(0), low.output(0)},
            {y.begin(), y.end() - 1},
            std::make_shared<GridParams>(GridParams{static_cast<int64_t>(y.size()) - 2,
                                                    low.node().integer("align_corners", 0) != 0})});
  return Status();
}

}  // namespace inlay::ops
