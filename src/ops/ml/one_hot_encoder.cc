// OneHotEncoder (ai.onnx.ml 1) of numbers: each element, cut off to an integer, as a row of zeros with a one at its
// category. Strings are objects/one_hot_encoder.cc's.
#include "ops/lanes.h"
#include "ops/ml/label_map.h"
#include "ops/ml/scorer.h"

namespace inlay::ops {
namespace {

struct OneHotParams {
  explicit OneHotParams(graph::TensorRef list, bool zeros)
      : categories(std::move(list)),
        index(*categories, ml::KeyIndex::Repeated::kLast, INT64_MAX),
        zeros_allowed(zeros) {}
  graph::TensorRef categories;
  ml::KeyIndex index;
  bool zeros_allowed;
};

template <class T>
int64_t category(T x) {
  if constexpr (std::is_integral_v<T>) return x;
  return x >= -0x1p63 && x < 0x1p63 ? static_cast<int64_t>(x) : INT64_MIN;
}

// Operands: x, y. Sizes: elements.
template <class T>
Status run_one_hot_encoder(const StepCall& call) {
  const auto& params = call.as<OneHotParams>();
  const int64_t width = params.categories->count();
  const T* x = call.at<const T>(0);
  if (!params.zeros_allowed)
    for (int64_t i = 0; i < call.sizes[0]; ++i)
      if (params.index.find(category(x[i])) < 0)
        return invalid("element {}: expected a category, found {}", i, x[i]);
  constexpr int64_t kElementsPerTask = 1 << 14;
  for_each_range(call.run.pool(), call.sizes[0], kElementsPerTask / (width + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i) {
                     float* y = call.at<float>(1) + i * width;
                     std::fill(y, y + width, 0.0f);
                     const int64_t found = params.index.find(category(x[i]));
                     if (found >= 0) y[found] = 1;
                   }
                 });
  return Status();
}

}  // namespace

Status infer_one_hot_encoder(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  if (!is_one_of(in.dtype(0), ml::RowTypes()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  const auto* categories = ml::integers(in.node(), "cats_int64s");
  if (!categories) return in.error("cats_int64s: expected categories, found none");
  INLAY_ASSIGN(Shape shape, in.shape(0));
  shape.push_back(in.constant(static_cast<int64_t>(categories->size())));
  in.set_output(0, DType::kFloat32, std::move(shape));
  return Status();
}

Status lower_one_hot_encoder(Lowering& low) {
  const auto& categories = *ml::integers(low.node(), "cats_int64s");
  auto params = std::make_shared<OneHotParams>(
      graph::make_tensor(DType::kInt64, {static_cast<int64_t>(categories.size())}, categories),
      low.node().integer("zeros", 1) != 0);
  const Operand x = low.dense(0);
  low.step(
      {for_type(low.input_type(0).dtype, ml::RowTypes(),
                []<class T>(std::type_identity<T>) -> StepFn { return run_one_hot_encoder<T>; }),
       {x, low.output(0)},
       {low.count(low.input_shape(0))},
       std::move(params)});
  return Status();
}

}  // namespace inlay::ops
