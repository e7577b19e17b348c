// MatMul (ONNX 1…): products of matrices in the last two axes, the axes before them broadcast; a
// vector is a row on the left and a column on the right.
#include "ops/matrix_product.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

// A view whose rows have no gaps, as the kernel wants its left side.
View rows_without_gaps(Lowering& low, size_t input) {
  View view = low.view(input);
  if (low.exprs().is(view.strides.back(), 1)) return view;
  return dense_view(low.exprs(), low.dense(input), view.dtype, view.shape);
}

}  // namespace

Status infer_mat_mul(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_TRY(in.expect_dtype(1, {in.dtype(0)}));
  if (!has_matrix_product(in.dtype(0)))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  INLAY_ASSIGN(Shape a, in.shape(0));
  INLAY_ASSIGN(Shape b, in.shape(1));
  if (a.empty() || b.empty()) return in.error("expected at least one dimension of both inputs");
  const bool row = a.size() == 1, column = b.size() == 1;
  if (row) a.insert(a.begin(), in.constant(1));
  if (column) b.push_back(in.constant(1));
  INLAY_TRY(in.expect_equal(a.back(), b[b.size() - 2], "inner dimensions"));
  INLAY_ASSIGN(Shape shape,
               in.broadcast(Shape(a.begin(), a.end() - 2), Shape(b.begin(), b.end() - 2)));
  if (!row) shape.push_back(a[a.size() - 2]);
  if (!column) shape.push_back(b.back());
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_mat_mul(Lowering& low) {
  const Expr one = low.constant(1);
  View a = rows_without_gaps(low, 0), b = low.view(1);
  const bool row = a.shape.size() == 1, column = b.shape.size() == 1;
  Shape shape = low.output_shape(0);
  if (row) {
    shape.insert(shape.end() - (column ? 0 : 1), one);
    a.shape.insert(a.shape.begin(), one);
    a.strides.insert(a.strides.begin(), a.shape.back());
  }
  if (column) {
    shape.push_back(one);
    b.shape.push_back(one);
    b.strides.push_back(one);
  }
  const View out = dense_view(low.exprs(), low.output(0), a.dtype, shape);
  return lower_matrix_product(low, a, b, out);
}

}  // namespace inlay::ops
