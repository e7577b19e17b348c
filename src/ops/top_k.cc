// TopK (ONNX 10…): the k greatest or least elements along an axis with their indices, in order; of equal ones
// the first come first.
#include <algorithm>
#include <vector>

#include "ops/element_order.h"
#include "ops/element_types.h"
#include "ops/gathering.h"

namespace inlay::ops {
namespace {

struct TopKParams {
  bool largest;
};

// Operands: x, values, indices. Sizes: outer, length, inner, k.
template <class T>
Status run_top_k(const StepCall& call) {
  const bool largest = call.as<TopKParams>().largest;
  const int64_t length = call.sizes[1], inner = call.sizes[2], k = call.sizes[3];
  if (k < 0 || k > length) return invalid("expected k in [0, {}], found {}", length, k);
  std::vector<int64_t> order(static_cast<size_t>(length));
  for (int64_t line = 0; line < call.sizes[0] * inner; ++line) {
    const T* x = call.at<const T>(0) + line / inner * length * inner + line % inner;
    for (int64_t i = 0; i < length; ++i) order[static_cast<size_t>(i)] = i;
    std::partial_sort(order.begin(), order.begin() + k, order.end(), [&](int64_t a, int64_t b) {
      const T left = x[a * inner], right = x[b * inner];
      if (is_less(left, right)) return !largest;
      if (is_less(right, left)) return largest;
      return a < b;
    });
    for (int64_t i = 0; i < k; ++i) {
      const int64_t at = (line / inner * k + i) * inner + line % inner;
      const int64_t index = order[static_cast<size_t>(i)];
      if (call.data[1]) call.at<T>(1)[at] = x[index * inner];
      if (call.data[2]) call.at<int64_t>(2)[at] = index;
    }
  }
  return Status();
}

constexpr auto kTopK = []<class T>(std::type_identity<T>) -> StepFn { return run_top_k<T>; };

}  // namespace

Status infer_top_k(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  if (!is_one_of(in.dtype(0), Numbers()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  INLAY_ASSIGN(const int axis, in.axis(in.node().integer("axis", -1), shape.size()));
  INLAY_ASSIGN(const std::vector<Expr> k, in.content_or_read(1));
  if (k.size() != 1) return in.error("input 1: expected one k, found {}", k.size());
  shape[static_cast<size_t>(axis)] = k[0];
  in.set_output(0, in.dtype(0), shape);
  in.set_output(1, DType::kInt64, shape);
  return Status();
}

Status lower_top_k(Lowering& low) {
  const int64_t axis = low.node().integer("axis", -1);
  const AxisSizes sizes = split_at(low.exprs(), low.input_shape(0), axis);
  const Expr k = (*low.graph().value(low.node().input(1)).content)[0];
  const Operand x = low.dense(0);
  low.step({for_type(low.input_type(0).dtype, Numbers(), kTopK),
            {x, low.output(0), low.output(1)},
            {sizes.outer, sizes.size, sizes.inner, k},
            std::make_shared<TopKParams>(TopKParams{low.node().integer("largest", 1) != 0})});
  return Status();
}

}  // namespace inlay::ops
