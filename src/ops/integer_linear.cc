// IntegerLinear (domain "inlay"): activation(float(MatMulInteger(a, b)) · a_scale · b_scale + bias).
//
// Inputs: a, b, scale of a, scales of b, zero points of a and b, bias; the last three may be none.
#include "ops/activations.h"
#include "ops/scaled_product.h"

namespace inlay::ops {
namespace {

constexpr ScaledInputs kInputs{{0, 1, 4, 5}, 2, 3, 6};

}  // namespace

Status infer_integer_linear(Inference& in) {
  INLAY_TRY(in.expect_inputs(4, 7));
  INLAY_TRY(in.expect_dtype(0, {DType::kUint8, DType::kInt8}));
  if (!find_activation(in.node().text("activation", "")))
    return in.error("unknown activation {}", quote(in.node().text("activation", "")));
  INLAY_ASSIGN(Shape shape, infer_scaled_product(in, kInputs));
  in.set_output(0, DType::kFloat32, std::move(shape));
  return Status();
}

Status lower_integer_linear(Lowering& low) {
  return lower_scaled_product(low, kInputs, *find_activation(low.node().text("activation", "")));
}

}  // namespace inlay::ops
