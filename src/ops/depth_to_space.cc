// DepthToSpace (ONNX 1…): channels become blocks of blocksize x blocksize places. Modes: "DCR" (the place is the
// slower part of the channel), "CRD" (the faster one).
#include "ops/blocks.h"

namespace inlay::ops {

Status infer_depth_to_space(Inference& in) {
  INLAY_ASSIGN(const int64_t size, check_blocks(in));
  const std::string_view mode = in.node().text("mode", "DCR");
  if (mode != "DCR" && mode != "CRD") return in.error("unknown mode {}", quote(mode));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  ExprPool& e = in.exprs();
  const Expr block = in.constant(size), places = in.constant(size * size);
  INLAY_TRY(
      in.expect_equal(e.mod(shape[1], places), in.constant(0), "channels left over by blocks"));
  in.set_output(
      0, in.dtype(0),
      {shape[0], e.floor_div(shape[1], places), e.mul(shape[2], block), e.mul(shape[3], block)});
  return Status();
}

Status lower_depth_to_space(Lowering& low) {
  const Shape& x = low.input_shape(0);
  const Expr block = low.constant(low.node().integer("blocksize", 1));
  const Expr depth = low.output_shape(0)[1];
  if (low.node().text("mode", "DCR") == "CRD")
    return lower_permuted_copy(low, {x[0], depth, block, block, x[2], x[3]}, {0, 1, 4, 2, 5, 3});
  return lower_permuted_copy(low, {x[0], block, block, depth, x[2], x[3]}, {0, 3, 4, 1, 5, 2});
}

}  // namespace inlay::ops
