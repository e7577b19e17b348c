// Products of matrices of 8-bit integers with zero points, in whole sums of 32 bits or scaled to float.
#pragma once

#include "kernels/integer_gemm.h"
#include "ops/lowering.h"
#include "ops/op.h"

namespace inlay::ops {

// Weights of 8 bits in panels of the chosen integer GEMM kernel.
extern const PackLayout kIntegerGemmLayout;

// Inputs of a node that are the operands of a product; -1 where it has none.
struct IntegerInputs {
  int a, b, a_zero, b_zero;
};

// Checks types and shapes; the product's shape, by the rules of MatMul.
Result<Shape> infer_integer_product(Inference& in, const IntegerInputs& inputs);

// Checks that an input has one element, or `size` of them along its last axis; nothing for -1 and an
// input that is left out.
Status expect_one_or(Inference& in, int input, Expr size, std::string_view what);

// What a step knows of its product.
struct IntegerProductParams {
  int64_t rank;  // of the batch
  bool a_signed, b_signed;
  int64_t outputs;  // operands and sizes of the product are the first; this is where others begin
  int64_t sizes;
};

// Appends operands and sizes of a product to a step. a and b lie as `a_view` and `b_view` say, whose
// batch axes broadcast to those of `out`; b is packed once where input `b` is a constant matrix.
IntegerProductParams push_integer_product(Lowering& low, const IntegerInputs& inputs, Operand a,
                                          const Shape& a_shape, DType a_type, Operand a_zero,
                                          Lowering::StepSpec& spec);
// The same with the operands that the node's inputs are.
IntegerProductParams push_integer_product(Lowering& low, const IntegerInputs& inputs,
                                          Lowering::StepSpec& spec);

// Where results go: c, or y with its scales; [batch, m, n].
struct IntegerResult {
  int32_t* c = nullptr;
  float* y = nullptr;
  const float* scale = nullptr;
  int64_t scale_stride = 0;
  const float* bias = nullptr;
  kernels::Activation activation = kernels::Activation::kNone;
};
Status run_integer_product(const StepCall& call, const IntegerProductParams& params,
                           IntegerResult result);

// The sizes of a product in a step that push_integer_product began.
struct ProductSizes {
  int64_t batches, m, n;
};
ProductSizes product_sizes(const StepCall& call, const IntegerProductParams& params);

// One product over all threads of the run.
void run_integer_gemm(RunServices& run, kernels::IntegerGemmArgs args);

// `count` zero points of 8 bits (none: null) as numbers, moved by `shift`.
void read_zero_points(const std::byte* from, bool is_signed, int64_t count, int32_t shift,
                      int32_t* to);

}  // namespace inlay::ops
