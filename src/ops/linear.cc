// Linear (domain "inlay"): activation(x · [w0 w1 …] + [b0 b1 …]) + residual, weights packed once.
//
// Inputs: x [..., k], residual [..., n] or none, then pairs of weight and bias (or none). A weight
// is [k, n_i], or [n_i, k] with "transposed" = 1, and constant; weights and biases may be f16 or
// bf16. Output: [..., n0 + n1 + …], or one output a part, each [..., n_i], which lie side by side.
#include "ops/activations.h"
#include "ops/op.h"
#include "ops/packed_gemm.h"
#include "ops/strided.h"
#include "ops/weights.h"

namespace inlay::ops {
namespace {

using kernels::Activation;

struct LinearParams {
  Activation activation;
  PackRecipe weights;
};

// Operands: x, packed weights (or null), bias, residual, output. Sizes: m, k, n.
Status run_linear(const StepCall& call) {
  const int64_t m = call.sizes[0], k = call.sizes[1], n = call.sizes[2];
  kernels::GemmArgs args{};
  args.a = call.at<const float>(0);
  args.a_stride = k;
  args.b_packed = call.at<const float>(1);
  args.bias = call.at<const float>(2);
  args.residual = call.at<const float>(3);
  args.residual_stride = n;
  args.c = call.at<float>(4);
  args.c_stride = n;
  args.m = m;
  args.n = n;
  args.k = k;
  const auto& params = call.as<LinearParams>();
  args.activation = params.activation;
  if (!args.b_packed) return run_gemm_unpacked(call.run, args, params.weights);
  return run_gemm(call.run, args);
}

size_t part_count(const graph::Node& node) { return (node.inputs.size() - 1) / 2; }

Status infer_parts(Inference& in, Shape shape) {
  if (in.output_count() != part_count(in.node()) || in.has(1))
    return in.error("expected one output a part and no residual, found {} parts and {} outputs",
                    part_count(in.node()), in.output_count());
  const size_t n_axis = in.node().integer("transposed", 0) != 0 ? 0 : 1;
  for (size_t part = 0; part < in.output_count(); ++part) {
    INLAY_ASSIGN(const Shape weight, in.shape(2 + 2 * part));
    shape.back() = weight[n_axis];
    in.set_output(part, DType::kFloat32, shape);
  }
  return Status();
}

// One block for all parts; each output is a view of its columns.
Operand output_parts(Lowering& low, const PackRecipe& weights) {
  ExprPool& e = low.exprs();
  Shape whole = low.output_shape(0);
  whole.back() = low.constant(weights.n);
  const Operand block = low.memory(e.mul(low.count(whole), low.constant(sizeof(float))));
  int64_t column = 0;
  for (size_t part = 0; part < weights.parts.size(); ++part) {
    View view = dense_view(e, block, DType::kFloat32, whole);
    view.shape = low.output_shape(part);
    view.operand.byte_offset = low.constant(column * int64_t{sizeof(float)});
    if (low.wants(part)) low.put_view(part, std::move(view));
    column += weights.parts[part].n;
  }
  return block;
}

// Whether the kernel may lay out rows, for which a residual must not lie where the output does.
bool lays_out_rows(int64_t k) {
  constexpr int64_t kManyRows = 1 << 20;
  return kernels::gemm_kernel().row_memory_bytes(kManyRows, k) > 0;
}

}  // namespace

Status infer_linear(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 65));
  INLAY_TRY(in.expect_dtype(0, {DType::kFloat32}));
  if (!find_activation(in.node().text("activation", "")))
    return in.error("unknown activation {}", quote(in.node().text("activation", "")));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  if (shape.empty()) return in.error("input 0: expected at least one dimension");
  const bool transposed = in.node().integer("transposed", 0) != 0;
  Expr columns = in.constant(0);
  for (size_t part = 0; part < part_count(in.node()); ++part) {
    const size_t w = 2 + 2 * part;
    INLAY_TRY(expect_weight(in, w));
    INLAY_ASSIGN(const Shape weight, in.shape(w));
    if (weight.size() != 2)
      return in.error("input {}: expected 2 dimensions, found {}", w, weight.size());
    INLAY_TRY(in.expect_equal(weight[transposed ? 1 : 0], shape.back(), "inner dimension"));
    const Expr n = weight[transposed ? 0 : 1];
    if (in.has(w + 1)) {
      INLAY_TRY(expect_weight(in, w + 1));
      INLAY_ASSIGN(const Shape bias, in.shape(w + 1));
      if (bias.size() != 1)
        return in.error("input {}: expected 1 dimension, found {}", w + 1, bias.size());
      INLAY_TRY(in.expect_equal(bias[0], n, "bias"));
    }
    columns = in.exprs().add(columns, n);
  }
  if (in.output_count() > 1) return infer_parts(in, std::move(shape));
  shape.back() = columns;
  if (in.has(1)) {
    INLAY_ASSIGN(const Shape residual, in.shape(1));
    if (residual.size() != shape.size())
      return in.error("input 1: expected {} dimensions, found {}", shape.size(), residual.size());
    for (size_t i = 0; i < shape.size(); ++i)
      INLAY_TRY(in.expect_equal(residual[i], shape[i], "residual"));
  }
  in.set_output(0, DType::kFloat32, std::move(shape));
  return Status();
}

Status lower_linear(Lowering& low) {
  const bool transposed = low.node().integer("transposed", 0) != 0;
  PackRecipe weights{&kGemmF32Layout, {}, 0, 0};
  PackRecipe biases{&kVectorF32Layout, {}, 1, 0};
  bool any_bias = false;
  for (size_t part = 0; part < part_count(low.node()); ++part) {
    std::optional<PackPart> weight = low.constant_view(2 + 2 * part);
    if (!weight) return low.error("input {}: expected a constant weight", 2 + 2 * part);
    if (transposed) {
      std::swap(weight->k, weight->n);
      std::swap(weight->k_stride, weight->n_stride);
    }
    weights.k = weight->k;
    weights.n += weight->n;
    PackPart bias{nullptr, 0, 1, weight->n, 0, 1, 1};
    if (low.has(3 + 2 * part)) {
      bias.tensor = low.constant_tensor(3 + 2 * part);
      if (!bias.tensor) return low.error("input {}: expected a constant bias", 3 + 2 * part);
      any_bias = true;
    }
    biases.parts.push_back(std::move(bias));
    weights.parts.push_back(std::move(*weight));
  }
  biases.n = weights.n;
  const Expr k = low.constant(weights.k), n = low.constant(weights.n);
  Shape rows = low.input_shape(0);
  rows.pop_back();
  const Operand x = low.dense(0);
  const Operand residual = low.dense(1);
  const Operand output = low.node().outputs.size() > 1             ? output_parts(low, weights)
                         : low.has(1) && !lays_out_rows(weights.k) ? low.output_over(0, 1)
                                                                   : low.output(0);
  auto params = std::make_shared<LinearParams>(
      LinearParams{*find_activation(low.node().text("activation", "")), weights});
  low.step({run_linear,
            {x, low.packed(std::move(weights)),
             any_bias ? low.packed(std::move(biases)) : Operand{}, residual, output},
            {low.count(rows), k, n},
            std::move(params)});
  return Status();
}

}  // namespace inlay::ops
