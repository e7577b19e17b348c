// Imputer (ai.onnx.ml 1): one value is replaced by another, for each feature or for all. A value that is NaN stands
// for every NaN.
#include <cmath>

#include "ops/ml/features.h"

namespace inlay::ops {
namespace {

struct ImputerParams {
  std::vector<double> reals;
  double replaced_real;
  std::vector<int64_t> integers;
  int64_t replaced_integer;
};

// Operands: x, y. Sizes: rows, features.
template <class T>
Status run_imputer(const StepCall& call) {
  const auto& params = call.as<ImputerParams>();
  const int64_t columns = call.sizes[1];
  const auto run = [&](const auto& values, auto replaced) {
    const int64_t step = values.size() == 1 ? 0 : 1;
    const auto wanted = static_cast<T>(replaced);
    const bool any_nan = std::isnan(static_cast<double>(replaced));
    return ml::for_each_row(call, [&](int64_t row) {
      const T* x = call.at<const T>(0) + row * columns;
      T* y = call.at<T>(1) + row * columns;
      for (int64_t i = 0; i < columns; ++i) {
        const bool missing = x[i] == wanted || (any_nan && std::isnan(static_cast<double>(x[i])));
        y[i] = missing ? static_cast<T>(values[static_cast<size_t>(i * step)]) : x[i];
      }
    });
  };
  if constexpr (std::is_integral_v<T>)
    return run(params.integers, params.replaced_integer);
  else
    return run(params.reals, params.replaced_real);
}

std::string_view list_key(DType dtype) {
  return graph::is_float(dtype) ? "imputed_value_floats" : "imputed_value_int64s";
}

// The values must be of the element type.
Status check_range(Inference& in) {
  const auto* values = ml::integers(in.node(), "imputed_value_int64s");
  if (in.dtype(0) != DType::kInt32 || !values) return Status();
  for (const int64_t value : *values)
    if (value != static_cast<int32_t>(value))
      return in.error("imputed_value_int64s: expected numbers of int32, found {}", value);
  return Status();
}

}  // namespace

Status infer_imputer(Inference& in) {
  INLAY_ASSIGN(const Shape shape, ml::infer_features(in));
  const std::string_view key = list_key(in.dtype(0));
  INLAY_TRY(ml::expect_per_feature(in, shape, key, ml::length_of(in.node(), key)));
  INLAY_TRY(check_range(in));
  in.set_output(0, in.dtype(0), shape);
  return Status();
}

Status lower_imputer(Lowering& low) {
  const ml::FeatureSizes sizes = ml::feature_sizes(low);
  const graph::Node& node = low.node();
  auto params = std::make_shared<ImputerParams>();
  if (const auto* values = ml::floats(node, "imputed_value_floats"))
    params->reals.assign(values->begin(), values->end());
  if (const auto* values = ml::integers(node, "imputed_value_int64s")) params->integers = *values;
  params->replaced_real = static_cast<double>(node.real("replaced_value_float", 0));
  params->replaced_integer = node.integer("replaced_value_int64", 0);
  const Operand x = low.dense(0);
  low.step({for_type(low.input_type(0).dtype, ml::RowTypes(),
                     []<class T>(std::type_identity<T>) -> StepFn { return run_imputer<T>; }),
            {x, low.output(0)},
            {sizes.rows, sizes.columns},
            std::move(params)});
  return Status();
}

}  // namespace inlay::ops
