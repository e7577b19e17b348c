// MatMulIntegerToFloat (com.microsoft): float(MatMulInteger(a, b)) · a_scale · b_scale + bias.
#include "ops/scaled_product.h"

namespace inlay::ops {
namespace {

// Inputs: a, b, scale of a, scales of b, zero points of a and b, bias.
constexpr ScaledInputs kInputs{{0, 1, 4, 5}, 2, 3, 6};

}  // namespace

Status infer_mat_mul_integer_to_float(Inference& in) {
  INLAY_TRY(in.expect_inputs(4, 7));
  INLAY_TRY(in.expect_dtype(0, {DType::kUint8, DType::kInt8}));
  INLAY_ASSIGN(Shape shape, infer_scaled_product(in, kInputs));
  in.set_output(0, DType::kFloat32, std::move(shape));
  return Status();
}

Status lower_mat_mul_integer_to_float(Lowering& low) {
  return lower_scaled_product(low, kInputs, kernels::Activation::kNone);
}

}  // namespace inlay::ops
