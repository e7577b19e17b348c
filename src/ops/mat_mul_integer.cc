// MatMulInteger (ONNX 10…): (a - a_zero_point) · (b - b_zero_point) of 8-bit integers as int32.
#include "ops/integer_product.h"

namespace inlay::ops {
namespace {

constexpr IntegerInputs kInputs{0, 1, 2, 3};

// Operands behind those of the product: y.
Status run_mat_mul(const StepCall& call) {
  const auto& params = call.as<IntegerProductParams>();
  IntegerResult result;
  result.c = call.at<int32_t>(static_cast<size_t>(params.outputs));
  return run_integer_product(call, params, result);
}

}  // namespace

Status infer_mat_mul_integer(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 4));
  INLAY_TRY(in.expect_dtype(0, {DType::kUint8, DType::kInt8}));
  INLAY_ASSIGN(Shape shape, infer_integer_product(in, kInputs));
  in.set_output(0, DType::kInt32, std::move(shape));
  return Status();
}

Status lower_mat_mul_integer(Lowering& low) {
  Lowering::StepSpec spec{run_mat_mul, {}, {}, nullptr};
  const IntegerProductParams params = push_integer_product(low, kInputs, spec);
  spec.operands.push_back(low.output(0));
  spec.params = std::make_shared<IntegerProductParams>(params);
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
