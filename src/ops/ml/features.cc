#include "ops/ml/features.h"

namespace inlay::ops::ml {

Result<Shape> infer_features(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  if (!is_one_of(in.dtype(0), RowTypes()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  if (shape.empty()) return in.error("expected rows of features, found no dimensions");
  return shape;
}

Status expect_per_feature(Inference& in, const Shape& shape, std::string_view key, int64_t length) {
  if (length == 0) return in.error("{}: expected numbers, found none", key);
  if (length == 1) return Status();
  return in.expect_equal(shape.back(), in.constant(length), key);
}

FeatureSizes feature_sizes(Lowering& low) {
  const Shape& shape = low.input_shape(0);
  return {low.exprs().product({shape.begin(), shape.end() - 1}), shape.back()};
}

}  // namespace inlay::ops::ml
