// ArrayFeatureExtractor (ai.onnx.ml 1): elements of the last axis by their indices; a vector becomes one row.
#include "ops/gathering.h"
#include "ops/ml/features.h"

namespace inlay::ops {
namespace {

// Operands: x, indices, z. Sizes: rows, features, indices.
template <class T>
Status run_array_feature_extractor(const StepCall& call) {
  const int64_t columns = call.sizes[1], count = call.sizes[2];
  const auto* indices = call.at<const int64_t>(1);
  for (int64_t i = 0; i < count; ++i)
    if (indices[i] < 0 || indices[i] >= columns)
      return invalid("index {}: expected 0 to {}, found {}", i, columns - 1, indices[i]);
  return ml::for_each_row(call, [&](int64_t row) {
    const T* x = call.at<const T>(0) + row * columns;
    T* z = call.at<T>(2) + row * count;
    for (int64_t i = 0; i < count; ++i) z[i] = x[indices[i]];
  });
}

}  // namespace

Status infer_array_feature_extractor(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_TRY(in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kInt64, DType::kInt32}));
  INLAY_TRY(in.expect_dtype(1, {DType::kInt64}));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  INLAY_ASSIGN(const Shape indices, in.shape(1));
  if (shape.empty()) return in.error("expected features, found no dimensions");
  const Expr count = in.exprs().product(indices);
  if (shape.size() == 1) shape.insert(shape.begin(), in.constant(1));
  shape.back() = count;
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_array_feature_extractor(Lowering& low) {
  const ml::FeatureSizes sizes = ml::feature_sizes(low);
  const bool wide = graph::dtype_bytes(low.input_type(0).dtype) == 8;
  const Operand x = low.dense(0), indices = low.dense(1);
  low.step({wide ? run_array_feature_extractor<uint64_t> : run_array_feature_extractor<uint32_t>,
            {x, indices, low.output(0)},
            {sizes.rows, sizes.columns, low.count(low.input_shape(1))},
            nullptr});
  return Status();
}

}  // namespace inlay::ops
