// Scaler (ai.onnx.ml 1): (x - offset) * scale, with an offset and a scale for each feature or for all.
#include "ops/ml/features.h"

namespace inlay::ops {
namespace {

struct ScalerParams {
  std::vector<float> offset, scale;
};

// Operands: x, y. Sizes: rows, features.
template <class T>
Status run_scaler(const StepCall& call) {
  const auto& params = call.as<ScalerParams>();
  const int64_t columns = call.sizes[1];
  const int64_t step = params.scale.size() == 1 ? 0 : 1;
  return ml::for_each_row(call, [&](int64_t row) {
    const T* x = call.at<const T>(0) + row * columns;
    float* y = call.at<float>(1) + row * columns;
    for (int64_t i = 0; i < columns; ++i)
      y[i] =
          static_cast<float>((static_cast<Wide<T>>(x[i]) -
                              static_cast<Wide<T>>(params.offset[static_cast<size_t>(i * step)])) *
                             static_cast<Wide<T>>(params.scale[static_cast<size_t>(i * step)]));
  });
}

}  // namespace

Status infer_scaler(Inference& in) {
  INLAY_ASSIGN(const Shape shape, ml::infer_features(in));
  const int64_t length = ml::length_of(in.node(), "scale");
  INLAY_TRY(ml::placed(
      in, ml::expect_length("offset", ml::length_of(in.node(), "offset"), length, false)));
  INLAY_TRY(ml::expect_per_feature(in, shape, "scale", length));
  in.set_output(0, DType::kFloat32, shape);
  return Status();
}

Status lower_scaler(Lowering& low) {
  const ml::FeatureSizes sizes = ml::feature_sizes(low);
  auto params = std::make_shared<ScalerParams>(
      ScalerParams{*ml::floats(low.node(), "offset"), *ml::floats(low.node(), "scale")});
  const Operand x = low.dense(0);
  low.step({for_type(low.input_type(0).dtype, ml::RowTypes(),
                     []<class T>(std::type_identity<T>) -> StepFn { return run_scaler<T>; }),
            {x, low.output(0)},
            {sizes.rows, sizes.columns},
            std::move(params)});
  return Status();
}

}  // namespace inlay::ops
