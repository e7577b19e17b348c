// Compress (ONNX 9…): the slices along "axis" (of all elements in a row without one) whose condition is true.
// A condition may be shorter than the axis; slices behind it are left out.
#include <algorithm>
#include <vector>

#include "ops/gathering.h"

namespace inlay::ops {
namespace {

struct CompressParams {
  int64_t rank, axis;  // of the output; axis 0 of 1 without the attribute
  int64_t element_bytes;
};

// Operands: x, condition. Sizes: outer, size, inner, length of the condition, then the output's shape, whose
// size along the axis is found here. One data-sized output.
Status run_compress(const StepCall& call) {
  const auto& params = call.as<CompressParams>();
  const int64_t size = call.sizes[1], slice = call.sizes[2] * params.element_bytes;
  std::vector<int64_t> kept;
  for (int64_t i = 0; i < std::min(size, call.sizes[3]); ++i)
    if (call.at<const uint8_t>(1)[i]) kept.push_back(i);
  std::vector<int64_t> shape(call.sizes + 4, call.sizes + 4 + params.rank);
  shape[static_cast<size_t>(params.axis)] = static_cast<int64_t>(kept.size());
  INLAY_ASSIGN(std::byte * out, call.run.allocate(0, shape));
  if (slice == 0) return Status();
  for (int64_t o = 0; o < call.sizes[0]; ++o)
    for (int64_t i : kept) {
      std::memcpy(out, call.data[0] + (o * size + i) * slice, static_cast<size_t>(slice));
      out += slice;
    }
  return Status();
}

bool has_axis(const graph::Node& node) { return node.attributes.count("axis") > 0; }

}  // namespace

Status infer_compress(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_TRY(expect_dense_elements(in, 0));
  INLAY_TRY(in.expect_dtype(1, {DType::kBool}));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  INLAY_ASSIGN(const Shape condition, in.shape(1));
  if (condition.size() != 1)
    return in.error("input 1: expected 1 dimension, found {}", condition.size());
  const Expr kept = in.data_size("compress");
  if (!has_axis(in.node())) {
    in.set_output(0, in.dtype(0), {kept});
    return Status();
  }
  INLAY_ASSIGN(const int axis, in.axis(in.node().integer("axis", 0), shape.size()));
  shape[static_cast<size_t>(axis)] = kept;
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_compress(Lowering& low) {
  const Shape& shape = low.input_shape(0);
  const auto rank = static_cast<int64_t>(shape.size());
  CompressParams params{1, 0, graph::dtype_bytes(low.input_type(0).dtype)};
  Shape kept = {low.constant(0)};
  AxisSizes sizes{low.constant(1), low.count(shape), low.constant(1)};
  if (has_axis(low.node())) {
    const int64_t axis = low.node().integer("axis", 0);
    params.rank = rank;
    params.axis = axis < 0 ? axis + rank : axis;
    sizes = split_at(low.exprs(), shape, params.axis);
    kept = shape;
  }
  const Operand x = low.dense(0), condition = low.dense(1);
  low.data_sized_output(0);
  Lowering::StepSpec spec{run_compress,
                          {x, condition},
                          {sizes.outer, sizes.size, sizes.inner, low.input_shape(1)[0]},
                          std::make_shared<CompressParams>(params)};
  spec.sizes.insert(spec.sizes.end(), kept.begin(), kept.end());
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
