// SpaceToDepth (ONNX 1…): blocks of blocksize x blocksize places become channels.
#include "ops/blocks.h"

namespace inlay::ops {

Status infer_space_to_depth(Inference& in) {
  INLAY_ASSIGN(const int64_t size, check_blocks(in));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  ExprPool& e = in.exprs();
  const Expr block = in.constant(size);
  for (size_t a = 2; a < 4; ++a) {
    INLAY_TRY(
        in.expect_equal(e.mod(shape[a], block), in.constant(0), "places left over by blocks"));
    shape[a] = e.floor_div(shape[a], block);
  }
  shape[1] = e.mul(shape[1], in.constant(size * size));
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_space_to_depth(Lowering& low) {
  const Shape &x = low.input_shape(0), &y = low.output_shape(0);
  const Expr block = low.constant(low.node().integer("blocksize", 1));
  return lower_permuted_copy(low, {x[0], x[1], y[2], block, y[3], block}, {0, 3, 5, 1, 2, 4});
}

}  // namespace inlay::ops
