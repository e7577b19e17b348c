// Det (ONNX 11…): the determinants of the matrices in the last two axes, by elimination with the greatest
// pivot of each column.
#include <cmath>
#include <utility>

#include "ops/element_types.h"
#include "ops/lanes.h"
#include "ops/op.h"

namespace inlay::ops {
namespace {

// Overwrites the n x n matrix a.
double determinant(double* a, int64_t n) {
  double product = 1;
  for (int64_t column = 0; column < n; ++column) {
    int64_t pivot = column;
    for (int64_t row = column + 1; row < n; ++row)
      if (std::abs(a[row * n + column]) > std::abs(a[pivot * n + column])) pivot = row;
    if (a[pivot * n + column] == 0) return 0;
    if (pivot != column) {
      product = -product;
      std::swap_ranges(a + pivot * n, a + pivot * n + n, a + column * n);
    }
    product *= a[column * n + column];
    for (int64_t row = column + 1; row < n; ++row) {
      const double factor = a[row * n + column] / a[column * n + column];
      for (int64_t j = column; j < n; ++j) a[row * n + j] -= factor * a[column * n + j];
    }
  }
  return product;
}

// Operands: x, y. Sizes: matrices, n.
template <class T>
Status run_det(const StepCall& call) {
  const int64_t matrices = call.sizes[0], n = call.sizes[1];
  const int64_t lanes = lane_count(call.run.pool(), matrices);
  INLAY_ASSIGN(std::byte* const scratch, call.run.scratch(lanes * n * n * 8));
  for_each_in_lanes(call.run.pool(), matrices, lanes, [&](int64_t lane, int64_t matrix) {
    if (call.run.cancelled()) return;
    double* a = reinterpret_cast<double*>(scratch) + lane * n * n;
    for (int64_t i = 0; i < n * n; ++i)
      a[i] = static_cast<double>(call.at<const T>(0)[matrix * n * n + i]);
    const double value = determinant(a, n);
    call.at<T>(1)[matrix] = static_cast<T>(sizeof(T) == 2 ? static_cast<float>(value) : value);
  });
  return Status();
}

constexpr auto kDet = []<class T>(std::type_identity<T>) -> StepFn { return run_det<T>; };

}  // namespace

Status infer_det(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  if (!is_one_of(in.dtype(0), Floats()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  if (shape.size() < 2) return in.error("expected at least 2 dimensions, found {}", shape.size());
  INLAY_TRY(in.expect_equal(shape[shape.size() - 2], shape.back(), "rows and columns"));
  shape.resize(shape.size() - 2);
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_det(Lowering& low) {
  const Operand x = low.dense(0);
  low.step({for_type(low.input_type(0).dtype, Floats(), kDet),
            {x, low.output(0)},
            {low.count(low.output_shape(0)), low.input_shape(0).back()},
            nullptr});
  return Status();
}

}  // namespace inlay::ops
