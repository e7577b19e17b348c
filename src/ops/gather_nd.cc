// GatherND (ONNX 11…): the slices of a tensor at tuples of indices, row by row of `batch_dims`
// leading axes.
#include <cstring>

#include "ops/index_tuples.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

// Operands: data, indices, output. Sizes: as IndexTuples reads them.
Status run_gather_nd(const StepCall& call) {
  const auto& params = call.as<TupleParams>();
  const IndexTuples tuples(params, call.sizes, call.data[1]);
  const auto bytes = static_cast<size_t>(tuples.slice * params.element_bytes);
  for (int64_t i = 0; i < tuples.count; ++i) {
    INLAY_ASSIGN(const int64_t offset, tuples.offset(i));
    if (bytes > 0)
      std::memcpy(call.data[2] + static_cast<size_t>(i) * bytes,
                  call.data[0] + offset * params.element_bytes, bytes);
  }
  return Status();
}

int64_t batch_dims(const graph::Node& node) { return node.integer("batch_dims", 0); }

}  // namespace

Status infer_gather_nd(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_TRY(expect_dense_elements(in, 0));
  const int64_t batch = batch_dims(in.node());
  INLAY_ASSIGN(const TupleShape shape, tuple_shape(in, batch));
  Shape out(shape.indices.begin(), shape.indices.end() - 1);
  out.insert(out.end(), shape.data.begin() + batch + shape.length, shape.data.end());
  in.set_output(0, in.dtype(0), std::move(out));
  return Status();
}

Status lower_gather_nd(Lowering& low) {
  const Operand data = low.dense(0), indices = low.dense(1);
  TupleSizes sizes = tuple_sizes(low, batch_dims(low.node()));
  low.step({run_gather_nd,
            {data, indices, low.output(0)},
            std::move(sizes.sizes),
            std::move(sizes.params)});
  return Status();
}

}  // namespace inlay::ops
