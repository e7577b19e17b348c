// ScatterND (ONNX 11…): a copy of a tensor with slices at tuples of indices replaced by updates, or
// joined with them ("reduction", 16…), one after the other.
#include <cstring>

#include "ops/index_tuples.h"
#include "ops/scattering.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

struct ScatterParams {
  TupleParams tuples;
  JoinFn join;
};

// Operands: a copy of the data, indices, updates. Sizes: as IndexTuples reads them.
Status run_scatter_nd(const StepCall& call) {
  const auto& params = call.as<ScatterParams>();
  const IndexTuples tuples(params.tuples, call.sizes, call.data[1]);
  const int64_t bytes = params.tuples.element_bytes;
  for (int64_t i = 0; i < tuples.count; ++i) {
    INLAY_ASSIGN(const int64_t offset, tuples.offset(i));
    params.join(call.data[0] + offset * bytes, call.data[2] + i * tuples.slice * bytes,
                tuples.slice);
  }
  return Status();
}

JoinFn join_of(const graph::Node& node, DType dtype) {
  return find_join(node.text("reduction", "none"), dtype);
}

}  // namespace

Status infer_scatter_nd(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 3));
  INLAY_TRY(in.expect_dtype(2, {in.dtype(0)}));
  if (!join_of(in.node(), in.dtype(0)))
    return in.error("reduction {} of {} is not supported",
                    quote(in.node().text("reduction", "none")), graph::dtype_text(in.dtype(0)));
  INLAY_ASSIGN(const TupleShape shape, tuple_shape(in, 0));
  INLAY_ASSIGN(const Shape updates, in.shape(2));
  Shape expected(shape.indices.begin(), shape.indices.end() - 1);
  expected.insert(expected.end(), shape.data.begin() + shape.length, shape.data.end());
  if (updates.size() != expected.size())
    return in.error("input 2: expected {} dimensions, found {}", expected.size(), updates.size());
  for (size_t i = 0; i < updates.size(); ++i)
    INLAY_TRY(in.expect_equal(updates[i], expected[i], "updates"));
  in.set_output(0, in.dtype(0), shape.data);
  return Status();
}

Status lower_scatter_nd(Lowering& low) {
  const View data = low.view(0);
  const Operand indices = low.dense(1), updates = low.dense(2);
  const Operand output = low.output(0);
  low.step(copy_step(low.exprs(), data, output));
  TupleSizes sizes = tuple_sizes(low, 0);
  low.step({run_scatter_nd,
            {output, indices, updates},
            std::move(sizes.sizes),
            std::make_shared<ScatterParams>(
                ScatterParams{*sizes.params, join_of(low.node(), data.dtype)})});
  return Status();
}

}  // namespace inlay::ops
