// Normalizer (ai.onnx.ml 1): each row divided by its highest element ("MAX"), the sum of its magnitudes ("L1") or
// its length ("L2"); a row whose divisor is 0 stays as it is.
#include <cmath>

#include "base/format.h"
#include "ops/ml/features.h"

namespace inlay::ops {
namespace {

enum class Norm : uint8_t { kMax, kL1, kL2 };

Result<Norm> norm_of(const graph::Node& node) {
  const std::string_view name = node.text("norm", "MAX");
  if (name == "MAX") return Norm::kMax;
  if (name == "L1") return Norm::kL1;
  if (name == "L2") return Norm::kL2;
  return invalid("norm: expected MAX, L1 or L2, found {}", quote(name));
}

template <class T>
double divisor(Norm norm, const T* x, int64_t n) {
  double sum = 0, highest = n ? static_cast<double>(x[0]) : 0;
  for (int64_t i = 0; i < n; ++i) {
    const auto element = static_cast<double>(x[i]);
    highest = std::fmax(highest, element);
    sum += norm == Norm::kL2 ? element * element : std::abs(element);
  }
  if (norm == Norm::kMax) return highest;
  return norm == Norm::kL1 ? sum : std::sqrt(sum);
}

// Operands: x, y. Sizes: rows, features.
template <class T>
Status run_normalizer(const StepCall& call) {
  const int64_t columns = call.sizes[1];
  return ml::for_each_row(call, [&](int64_t row) {
    const T* x = call.at<const T>(0) + row * columns;
    float* y = call.at<float>(1) + row * columns;
    const double by = divisor(call.as<Norm>(), x, columns);
    for (int64_t i = 0; i < columns; ++i)
      y[i] =
          static_cast<float>(by == 0 ? static_cast<double>(x[i]) : static_cast<double>(x[i]) / by);
  });
}

}  // namespace

Status infer_normalizer(Inference& in) {
  INLAY_ASSIGN(const Shape shape, ml::infer_features(in));
  INLAY_TRY(ml::placed(in, norm_of(in.node())));
  in.set_output(0, DType::kFloat32, shape);
  return Status();
}

Status lower_normalizer(Lowering& low) {
  const ml::FeatureSizes sizes = ml::feature_sizes(low);
  INLAY_ASSIGN(const Norm norm, norm_of(low.node()));
  const Operand x = low.dense(0);
  low.step({for_type(low.input_type(0).dtype, ml::RowTypes(),
                     []<class T>(std::type_identity<T>) -> StepFn { return run_normalizer<T>; }),
            {x, low.output(0)},
            {sizes.rows, sizes.columns},
            std::make_shared<Norm>(norm)});
  return Status();
}

}  // namespace inlay::ops
