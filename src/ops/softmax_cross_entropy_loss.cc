// SoftmaxCrossEntropyLoss (ONNX 12…): the log-softmax of scores over axis 1, and its negative log-likelihood.
#include "ops/cross_entropy.h"
#include "ops/gathering.h"
#include "ops/softmax_along.h"

namespace inlay::ops {

Status infer_softmax_cross_entropy_loss(Inference& in) {
  INLAY_TRY(infer_cross_entropy(in));
  INLAY_ASSIGN(Shape scores, in.shape(0));
  in.set_output(1, in.dtype(0), std::move(scores));
  return Status();
}

Status lower_softmax_cross_entropy_loss(Lowering& low) {
  const DType dtype = low.input_type(0).dtype;
  const Expr bytes =
      low.exprs().mul(low.count(low.input_shape(0)), low.constant(graph::dtype_bytes(dtype)));
  const Operand scores = low.dense(0);
  const Operand out = low.wants(1) ? low.output(1) : low.memory(bytes);
  add_softmax(low, scores, out, split_at(low.exprs(), low.input_shape(0), 1), true);
  return lower_negative_log_likelihood(low, out);
}

}  // namespace inlay::ops
