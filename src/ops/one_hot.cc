// OneHot (ONNX 9…): along a new axis of size `depth`, the on value at each index and the off value
// elsewhere. An index outside [-depth, depth) gives off values alone.
#include <cstring>

#include "ops/arguments.h"
#include "ops/content.h"
#include "ops/element_types.h"
#include "ops/filling.h"
#include "ops/gathering.h"

namespace inlay::ops {
namespace {

using IndexTypes = Types<float, double, Half, Bfloat16, int64_t, int32_t, int16_t, int8_t, uint64_t,
                         uint32_t, uint16_t, uint8_t>;
using Load = int64_t (*)(const std::byte* at, int64_t i);

constexpr auto kLoad = []<class T>(std::type_identity<T>) -> Load {
  return [](const std::byte* at, int64_t i) {
    return static_cast<int64_t>(reinterpret_cast<const T*>(at)[i]);
  };
};

struct OneHotParams {
  Load index;
  int64_t element_bytes;
  Load depth;                  // where it is read in the step
  int64_t rank = 0, axis = 0;  // of the output
};

void fill(const StepCall& call, int64_t depth, std::byte* out) {
  const auto& params = call.as<OneHotParams>();
  const int64_t outer = call.sizes[0], inner = call.sizes[2], bytes = params.element_bytes;
  constexpr int64_t kElementsPerTask = 1 << 14;
  if (inner == 0 || depth == 0) return;
  for_each_range(call.run.pool(), outer, kElementsPerTask / (inner * depth) + 1,
                 [&](int64_t begin, int64_t end) {
                   fill_elements(out + begin * depth * inner * bytes, call.data[1],
                                 (end - begin) * depth * inner, bytes);
                   for (int64_t i = begin * inner; i < end * inner; ++i) {
                     int64_t index = params.index(call.data[0], i);
                     if (index < 0) index += depth;
                     if (index < 0 || index >= depth) continue;
                     std::memcpy(out + ((i / inner * depth + index) * inner + i % inner) * bytes,
                                 call.data[1] + bytes, static_cast<size_t>(bytes));
                   }
                 });
}

// Operands: indices, [off, on], output. Sizes: outer, depth, inner.
Status run_one_hot(const StepCall& call) {
  fill(call, call.sizes[1], call.data[2]);
  return Status();
}

// Operands: indices, [off, on], depth. Sizes: outer, 0, inner, then the output's shape but for the depth. One
// data-sized output.
Status run_one_hot_by_data(const StepCall& call) {
  const auto& params = call.as<OneHotParams>();
  const int64_t depth = params.depth(call.data[2], 0);
  if (depth < 0) return invalid("expected a depth of at least 0, found {}", depth);
  std::vector<int64_t> shape(call.sizes + 3, call.sizes + 3 + params.rank);
  shape[static_cast<size_t>(params.axis)] = depth;
  INLAY_ASSIGN(std::byte* const out, call.run.allocate(0, shape));
  fill(call, depth, out);
  return Status();
}

// True where the depth is a number that inference does not read: a float that is no constant.
bool depth_by_data(const graph::Graph& graph, const graph::Node& node) {
  const graph::Value& depth = graph.value(node.input(1));
  return !depth.content && !constant_scalar(graph, node, 1);
}

// The depth where it is known as an expression.
Result<Expr> depth_of(Inference& in) {
  if (has_content_type(in.dtype(1))) {
    INLAY_ASSIGN(const std::vector<Expr> depth, in.content_or_read(1));
    if (depth.size() != 1) return in.error("input 1: expected one depth, found {}", depth.size());
    return depth[0];
  }
  INLAY_ASSIGN(const Shape shape, in.shape(1));
  INLAY_TRY(in.expect_equal(in.exprs().product(shape), in.constant(1), "depths"));
  if (const auto depth = constant_scalar(in.graph(), in.node(), 1)) {
    if (!(*depth >= 0 && *depth < 0x1p40))
      return in.error("input 1: expected a depth of at least 0, found {}", *depth);
    return in.constant(static_cast<int64_t>(*depth));
  }
  return in.data_size("depth");
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
  if (!is_one_of(in.dtype(1), IndexTypes()))
    return in.error("a depth of {} is not supported", graph::dtype_text(in.dtype(1)));
  INLAY_ASSIGN(const Expr depth, depth_of(in));
  INLAY_ASSIGN(const int axis, new_axis(in, shape.size() + 1));
  shape.insert(shape.begin() + axis, depth);
  in.set_output(0, in.dtype(2), std::move(shape));
  return Status();
}

Status lower_one_hot(Lowering& low) {
  const int64_t axis = low.node().integer("axis", -1);
  const Shape& shape = low.output_shape(0);
  const AxisSizes sizes = split_at(low.exprs(), shape, axis);
  const Operand indices = low.dense(0), values = low.dense(2);
  OneHotParams params{for_type(low.input_type(0).dtype, IndexTypes(), kLoad),
                      graph::dtype_bytes(low.output_type(0).dtype), nullptr};
  if (!depth_by_data(low.graph(), low.node())) {
    low.step({run_one_hot,
              {indices, values, low.output(0)},
              {sizes.outer, sizes.size, sizes.inner},
              std::make_shared<OneHotParams>(params)});
    return Status();
  }
  params.depth = for_type(low.input_type(1).dtype, IndexTypes(), kLoad);
  params.rank = static_cast<int64_t>(shape.size());
  params.axis = axis < 0 ? axis + params.rank : axis;
  const Operand depth = low.dense(1);
  low.data_sized_output(0);
  Lowering::StepSpec spec{run_one_hot_by_data,
                          {indices, values, depth},
                          {sizes.outer, low.constant(0), sizes.inner},
                          nullptr};
  for (size_t a = 0; a < shape.size(); ++a)
    spec.sizes.push_back(a == static_cast<size_t>(params.axis) ? low.constant(0) : shape[a]);
  spec.params = std::make_shared<OneHotParams>(params);
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
