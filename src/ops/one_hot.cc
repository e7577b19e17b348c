// OneHot (ONNX 9…): along a new axis of size `depth`, the on value at each index and the off value
// elsewhere. An index outside [-depth, depth) gives off values alone.
#include <cstring>

#include "ops/element_types.h"
#include "ops/gathering.h"

namespace inlay::ops {
namespace {

using IndexTypes = Types<int64_t, int32_t, float, double, int16_t, int8_t, uint8_t>;
using Load = int64_t (*)(const std::byte* at, int64_t i);

constexpr auto kLoad = []<class T>(std::type_identity<T>) -> Load {
  return [](const std::byte* at, int64_t i) {
    return static_cast<int64_t>(reinterpret_cast<const T*>(at)[i]);
  };
};

struct OneHotParams {
  Load index;
  int64_t element_bytes;
};

// Operands: indices, [off, on], output. Sizes: outer, depth, inner.
Status run_one_hot(const StepCall& call) {
  const auto& params = call.as<OneHotParams>();
  const int64_t depth = call.sizes[1], inner = call.sizes[2];
  const auto bytes = static_cast<size_t>(params.element_bytes);
  std::byte* out = call.data[2];
  for (int64_t o = 0; o < call.sizes[0]; ++o) {
    for (int64_t d = 0; d < depth; ++d) {
      for (int64_t i = 0; i < inner; ++i, out += bytes) {
        const int64_t index = params.index(call.data[0], o * inner + i);
        const bool on = index == d || index + depth == d;
        std::memcpy(out, call.data[1] + (on ? bytes : 0), bytes);
      }
    }
  }
  return Status();
}

// The axis of the output that is new.
Result<int> new_axis(const Inference& in, size_t rank) {
  return in.axis(in.node().integer("axis", -1), rank);
}

}  // namespace

Status infer_one_hot(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 3));
  INLAY_TRY(expect_dense_elements(in, 2));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  INLAY_ASSIGN(const Shape values, in.shape(2));
  if (!is_one_of(in.dtype(0), IndexTypes()))
    return in.error("indices of {} are not supported", graph::dtype_text(in.dtype(0)));
  if (values.size() != 1)
    return in.error("input 2: expected 2 values, found {} dimensions", values.size());
  INLAY_TRY(in.expect_equal(values[0], in.constant(2), "values"));
  INLAY_ASSIGN(const std::vector<Expr> depth, in.content_or_read(1));
  if (depth.size() != 1) return in.error("input 1: expected one depth, found {}", depth.size());
  INLAY_ASSIGN(const int axis, new_axis(in, shape.size() + 1));
  shape.insert(shape.begin() + axis, depth[0]);
  in.set_output(0, in.dtype(2), std::move(shape));
  return Status();
}

Status lower_one_hot(Lowering& low) {
  const AxisSizes sizes =
      split_at(low.exprs(), low.output_shape(0), low.node().integer("axis", -1));
  const Operand indices = low.dense(0), values = low.dense(2);
  low.step({run_one_hot,
            {indices, values, low.output(0)},
            {sizes.outer, sizes.size, sizes.inner},
            std::make_shared<OneHotParams>(
                OneHotParams{for_type(low.input_type(0).dtype, IndexTypes(), kLoad),
                             graph::dtype_bytes(low.output_type(0).dtype)})});
  return Status();
}

}  // namespace inlay::ops
