// Gemm (ONNX 1…): alpha · A · B + beta · C, A and B transposed on request, C broadcast.
#include "ops/elementwise.h"
#include "ops/matrix_product.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

struct GemmParams {
  int64_t rank;  // of the walk over the output and C
  float alpha, beta;
};

// Operands: output, C or none. Sizes: a walk over the output and C.
template <class T>
Status run_scale_and_add(const StepCall& call) {
  const auto& params = call.as<GemmParams>();
  const Walk<2> walk(params.rank, call.sizes);
  T* out = call.at<T>(0);
  const T* c = call.at<const T>(1);
  for (int64_t row = 0; row < walk.outer_count(); ++row) {
    const auto offsets = walk.offsets(row);
    for (int64_t i = 0; i < walk.inner(); ++i) {
      T& y = out[offsets[0] + i * walk.stride[0][walk.rank - 1]];
      const T product = static_cast<T>(params.alpha * y);
      y = c ? static_cast<T>(
                  product +
                  static_cast<T>(params.beta * c[offsets[1] + i * walk.stride[1][walk.rank - 1]]))
            : product;
    }
  }
  return Status();
}

constexpr auto kScaleAndAdd = []<class T>(std::type_identity<T>) -> StepFn {
  return run_scale_and_add<T>;
};

bool is_transposed(const graph::Node& node, std::string_view key) {
  return node.integer(key, 0) != 0;
}

View transposed(View view) {
  std::swap(view.shape[0], view.shape[1]);
  std::swap(view.strides[0], view.strides[1]);
  return view;
}

}  // namespace

Status infer_gemm(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 3));
  INLAY_TRY(in.expect_dtype(1, {in.dtype(0)}));
  if (!has_matrix_product(in.dtype(0)))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  INLAY_ASSIGN(Shape a, in.shape(0));
  INLAY_ASSIGN(Shape b, in.shape(1));
  if (a.size() != 2 || b.size() != 2)
    return in.error("expected matrices, found {} and {} dimensions", a.size(), b.size());
  if (is_transposed(in.node(), "transA")) std::swap(a[0], a[1]);
  if (is_transposed(in.node(), "transB")) std::swap(b[0], b[1]);
  INLAY_TRY(in.expect_equal(a[1], b[0], "inner dimensions"));
  const Shape shape = {a[0], b[1]};
  if (in.has(2)) {
    INLAY_TRY(in.expect_dtype(2, {in.dtype(0)}));
    INLAY_ASSIGN(const Shape c, in.shape(2));
    INLAY_ASSIGN(const Shape all, in.broadcast(shape, c));
    if (all.size() != shape.size())
      return in.error("input 2: expected at most 2 dimensions, found {}", c.size());
    for (size_t axis = 0; axis < shape.size(); ++axis)
      INLAY_TRY(in.expect_equal(all[axis], shape[axis], format("input 2, axis {}", axis)));
  }
  in.set_output(0, in.dtype(0), shape);
  return Status();
}

Status lower_gemm(Lowering& low) {
  ExprPool& e = low.exprs();
  View a = low.view(0), b = low.view(1);
  if (is_transposed(low.node(), "transA")) {
    // The kernel wants the rows of its left side without gaps: they are copied.
    const View source = transposed(a);
    const Operand copy =
        low.memory(e.mul(low.count(source.shape), low.constant(graph::dtype_bytes(a.dtype))));
    low.step(copy_step(e, source, copy));
    a = dense_view(e, copy, a.dtype, source.shape);
  } else if (!e.is(a.strides[1], 1)) {
    a = dense_view(e, low.dense(0), a.dtype, a.shape);
  }
  if (is_transposed(low.node(), "transB")) b = transposed(b);
  const View out = dense_view(e, low.output(0), a.dtype, low.output_shape(0));
  INLAY_TRY(lower_matrix_product(low, a, b, out));
  const GemmParams params{2, low.node().real("alpha", 1), low.node().real("beta", 1)};
  if (!low.has(2) && params.alpha == 1) return Status();
  const View views[] = {out, low.has(2) ? low.view(2) : out};
  Lowering::StepSpec spec{for_type(a.dtype, Numbers(), kScaleAndAdd),
                          {out.operand, low.has(2) ? views[1].operand : Operand{}},
                          {},
                          std::make_shared<GemmParams>(params)};
  push_walk(e, spec.sizes, out.shape, views);
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
