// DynamicQuantizeMatMul (com.microsoft): a as DynamicQuantizeLinear makes it, times quantized weights, as
// float with a bias.
#include "ops/scaled_product.h"

namespace inlay::ops {
namespace {

// Inputs: a, b, scales of b, zero points of b, bias.
constexpr ScaledInputs kInputs{{0, 1, -1, 3}, -1, 2, 4};

}  // namespace

Status infer_dynamic_quantize_mat_mul(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 5));
  INLAY_TRY(in.expect_dtype(0, {DType::kFloat32}));
  INLAY_ASSIGN(Shape shape, infer_scaled_product(in, kInputs));
  in.set_output(0, DType::kFloat32, std::move(shape));
  return Status();
}

Status lower_dynamic_quantize_mat_mul(Lowering& low) { return lower_dynamic_product(low, kInputs); }

}  // namespace inlay::ops
