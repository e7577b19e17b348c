// MaxUnpool (ONNX 9…): elements at the indices that a MaxPool gave, zeros elsewhere. Indices count over the whole
// tensor that the attributes say; output_shape (input 2) may be larger, with zeros behind.
#include <algorithm>
#include <cstring>

#include "ops/gathering.h"
#include "ops/pooling.h"

namespace inlay::ops {
namespace {

struct UnpoolParams {
  int64_t rank, element_bytes;
};

// Operands: x, indices, y. Sizes: elements of x, the shape that indices are of, the shape of y.
Status run_unpool(const StepCall& call) {
  const auto& params = call.as<UnpoolParams>();
  const int64_t count = call.sizes[0], bytes = params.element_bytes;
  const int64_t *pooled = call.sizes + 1, *out = pooled + params.rank;
  int64_t places = 1, outputs = 1;
  for (int64_t a = 0; a < params.rank; ++a) {
    if (pooled[a] < 0 || pooled[a] > out[a])
      return invalid("output_shape: expected at least {} on axis {}, found {}", pooled[a], a,
                     out[a]);
    places *= pooled[a];
    outputs *= out[a];
  }
  const Indices indices{call.data[1], false};
  INLAY_TRY(check_indices(indices, count, places));
  std::memset(call.data[2], 0, static_cast<size_t>(outputs * bytes));
  const bool same = std::equal(pooled, pooled + params.rank, out);
  for (int64_t i = 0; i < count; ++i) {
    int64_t index = indices.at(i, places), offset = same ? index : 0, step = 1;
    for (int64_t a = params.rank; !same && a-- > 0; index /= pooled[a], step *= out[a])
      offset += index % pooled[a] * step;
    std::memcpy(call.data[2] + offset * bytes, call.data[0] + i * bytes,
                static_cast<size_t>(bytes));
  }
  return Status();
}

// (in - 1) * stride + kernel - pads for each spatial axis.
Result<Shape> unpooled_shape(const graph::Graph& graph, const graph::Node& node, Shape shape) {
  ExprPool& e = *graph.exprs;
  const size_t rank = shape.size() - 2;
  INLAY_ASSIGN(const auto kernel, positive_list(graph, node, "kernel_shape", rank));
  INLAY_ASSIGN(const auto strides, positive_list(graph, node, "strides", rank));
  const std::vector<int64_t>* pads = node.integers("pads");
  if (pads && pads->size() != 2 * rank)
    return invalid("{}: pads: expected {} integers, found {}", describe(graph, node), 2 * rank,
                   pads->size());
  for (size_t a = 0; a < rank; ++a) {
    const int64_t cut = pads ? (*pads)[a] + (*pads)[rank + a] : 0;
    shape[2 + a] = e.add(e.mul(e.sub(shape[2 + a], e.constant(1)), e.constant(strides[a])),
                         e.constant(kernel[a] - cut));
  }
  return shape;
}

}  // namespace

Status infer_max_unpool(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 3));
  INLAY_TRY(expect_dense_elements(in, 0));
  INLAY_TRY(in.expect_dtype(1, {DType::kInt64}));
  INLAY_ASSIGN(const Shape x, in.shape(0));
  INLAY_ASSIGN(const Shape indices, in.shape(1));
  if (x.size() < 3 || indices.size() != x.size())
    return in.error("expected inputs 0 and 1 of as many dimensions, at least 3, found {} and {}",
                    x.size(), indices.size());
  for (size_t a = 0; a < x.size(); ++a) INLAY_TRY(in.expect_equal(x[a], indices[a], "indices"));
  INLAY_ASSIGN(Shape shape, unpooled_shape(in.graph(), in.node(), x));
  if (in.has(2)) {
    INLAY_ASSIGN(const std::vector<Expr> wanted, in.content_or_read(2));
    if (wanted.size() != x.size())
      return in.error("input 2: expected {} sizes, found {}", x.size(), wanted.size());
    shape = wanted;
  }
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_max_unpool(Lowering& low) {
  const Shape& x = low.input_shape(0);
  INLAY_ASSIGN(const Shape pooled, unpooled_shape(low.graph(), low.node(), x));
  Lowering::StepSpec spec{
      run_unpool, {low.dense(0), low.dense(1), low.output(0)}, {low.count(x)}, nullptr};
  for (const Shape* shape : {&pooled, &low.output_shape(0)})
    spec.sizes.insert(spec.sizes.end(), shape->begin(), shape->end());
  spec.params = std::make_shared<UnpoolParams>(
      UnpoolParams{static_cast<int64_t>(x.size()), graph::dtype_bytes(low.input_type(0).dtype)});
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
