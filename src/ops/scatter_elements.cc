// ScatterElements (ONNX 11…): a copy of a tensor where element [index[i][j]][j] along axis 0, and
// so for every axis, is updates[i][j], or joined with it ("reduction", 16…), one after the other.
#include "ops/indexed_rows.h"
#include "ops/scattering.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

struct ScatterParams {
  JoinFn join;
  bool replaces;
  int64_t rank, axis;
  int64_t element_bytes;
  bool narrow;
};

template <class T>
void replace_row(T* data, const IndexedRows& rows, const Indices& indices, int64_t first,
                 const T* updates) {
  const int64_t length = rows.length(), stride = rows.stride(), step = rows.step();
  const int64_t size = rows.size;
  for (int64_t i = 0; i < length; ++i)
    data[indices.at(first + i, size) * stride + i * step] = updates[i];
}

// Operands: a copy of the data, indices, updates. Sizes: as IndexedRows reads them.
Status run_scatter_elements(const StepCall& call) {
  const auto& params = call.as<ScatterParams>();
  const IndexedRows rows(params.rank, params.axis, call.sizes);
  const int64_t count = rows.rows(), length = rows.length(), bytes = params.element_bytes;
  const Indices indices{call.data[1], params.narrow};
  INLAY_TRY(check_indices(indices, count * length, rows.size));
  if (params.replaces) {
    for_width(bytes, [&]<class T>(std::type_identity<T>) {
      for (int64_t row = 0; row < count; ++row)
        replace_row(call.at<T>(0) + rows.offset(row), rows, indices, row * length,
                    call.at<const T>(2) + row * length);
    });
    return Status();
  }
  for (int64_t row = 0; row < count; ++row) {
    const int64_t begin = rows.offset(row);
    for (int64_t i = 0; i < length; ++i) {
      const int64_t index = indices.at(row * length + i, rows.size);
      const int64_t offset = begin + index * rows.stride() + i * rows.step();
      params.join(call.data[0] + offset * bytes, call.data[2] + (row * length + i) * bytes, 1);
    }
  }
  return Status();
}

JoinFn join_of(const graph::Node& node, DType dtype) {
  return find_join(node.text("reduction", "none"), dtype);
}

}  // namespace

Status infer_scatter_elements(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 3));
  INLAY_TRY(in.expect_dtype(1, {DType::kInt64, DType::kInt32}));
  INLAY_TRY(in.expect_dtype(2, {in.dtype(0)}));
  if (!join_of(in.node(), in.dtype(0)))
    return in.error("reduction {} of {} is not supported",
                    quote(in.node().text("reduction", "none")), graph::dtype_text(in.dtype(0)));
  INLAY_ASSIGN(Shape data, in.shape(0));
  INLAY_ASSIGN(const Shape indices, in.shape(1));
  INLAY_ASSIGN(const Shape updates, in.shape(2));
  INLAY_ASSIGN(const int axis, in.axis(in.node().integer("axis", 0), data.size()));
  if (indices.size() != data.size() || updates.size() != data.size())
    return in.error("expected indices and updates of {} dimensions", data.size());
  for (size_t a = 0; a < data.size(); ++a) {
    INLAY_TRY(in.expect_equal(indices[a], updates[a], "updates"));
    if (a != static_cast<size_t>(axis))
      INLAY_TRY(
          in.expect_equal(in.exprs().max(indices[a], data[a]), data[a], "axis of the indices"));
  }
  in.set_output(0, in.dtype(0), std::move(data));
  return Status();
}

Status lower_scatter_elements(Lowering& low) {
  const View data = low.view(0);
  const auto rank = static_cast<int64_t>(data.shape.size());
  int64_t axis = low.node().integer("axis", 0);
  if (axis < 0) axis += rank;
  const Operand indices = low.dense(1), updates = low.dense(2), output = low.output(0);
  low.step(copy_step(low.exprs(), data, output));
  Lowering::StepSpec spec{
      run_scatter_elements, {output, indices, updates}, low.input_shape(1), nullptr};
  const std::vector<Expr> strides = row_major(low.exprs(), data.shape);
  spec.sizes.insert(spec.sizes.end(), strides.begin(), strides.end());
  spec.sizes.push_back(data.shape[static_cast<size_t>(axis)]);
  spec.params = std::make_shared<ScatterParams>(ScatterParams{
      join_of(low.node(), data.dtype), low.node().text("reduction", "none") == "none", rank, axis,
      graph::dtype_bytes(data.dtype), low.input_type(1).dtype == DType::kInt32});
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
