// EyeLike (ONNX 9…): a matrix of the input's shape with ones on diagonal "k" and zeros elsewhere.
#include <algorithm>

#include "ops/element_types.h"
#include "ops/op.h"

namespace inlay::ops {
namespace {

struct EyeParams {
  int64_t k;
};

// Operand: y. Sizes: rows, columns.
template <class T>
Status run_eye(const StepCall& call) {
  const int64_t rows = call.sizes[0], columns = call.sizes[1];
  const int64_t k = call.as<EyeParams>().k;
  T* y = call.at<T>(0);
  std::fill_n(y, rows * columns, T(0.0f));
  for (int64_t row = 0; row < rows; ++row)
    if (k >= -row && k < columns - row) y[row * columns + row + k] = T(1.0f);
  return Status();
}

constexpr auto kEye = []<class T>(std::type_identity<T>) -> StepFn { return run_eye<T>; };

}  // namespace

Status infer_eye_like(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  const auto dtype =
      static_cast<DType>(in.node().integer("dtype", static_cast<int64_t>(in.dtype(0))));
  if (!is_one_of(dtype, NumbersAndBool()))
    return in.error("{} elements are not supported", graph::dtype_text(dtype));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  if (shape.size() != 2) return in.error("expected 2 dimensions, found {}", shape.size());
  in.set_output(0, dtype, std::move(shape));
  return Status();
}

Status lower_eye_like(Lowering& low) {
  low.step({for_type(low.output_type(0).dtype, NumbersAndBool(), kEye),
            {low.output(0)},
            low.output_shape(0),
            std::make_shared<EyeParams>(EyeParams{low.node().integer("k", 0)})});
  return Status();
}

}  // namespace inlay::ops
