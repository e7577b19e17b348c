// GatherElements (ONNX 11…): out[i][j] = data[index[i][j]][j] along axis 0, and so for every axis.
#include "ops/indexed_rows.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

struct GatherElementsParams {
  int64_t rank;
  int64_t axis;
  int64_t element_bytes;
  bool narrow;
};

// One row: out[i] = data[index[i] * stride + i * step].
template <class T>
void gather_row(const T* data, const IndexedRows& rows, const Indices& indices, int64_t first,
                T* out) {
  const int64_t length = rows.length(), stride = rows.stride(), step = rows.step();
  const int64_t size = rows.size;
  for (int64_t i = 0; i < length; ++i)
    out[i] = data[indices.at(first + i, size) * stride + i * step];
}

// Operands: data, indices, output. Sizes: as IndexedRows reads them.
Status run_gather_elements(const StepCall& call) {
  const auto& params = call.as<GatherElementsParams>();
  const IndexedRows rows(params.rank, params.axis, call.sizes);
  const int64_t count = rows.rows(), length = rows.length();
  const Indices indices{call.data[1], params.narrow};
  INLAY_TRY(check_indices(indices, count * length, rows.size));
  if (length == 0) return Status();
  constexpr int64_t kElementsPerTask = 1 << 13;
  for_width(params.element_bytes, [&]<class T>(std::type_identity<T>) {
    for_each_range(call.run.pool(), count, kElementsPerTask / length + 1,
                   [&](int64_t begin, int64_t end) {
                     for (int64_t row = begin; row < end; ++row)
                       gather_row(call.at<const T>(0) + rows.offset(row), rows, indices,
                                  row * length, call.at<T>(2) + row * length);
                   });
  });
  return Status();
}

}  // namespace

Status infer_gather_elements(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_TRY(in.expect_dtype(1, {DType::kInt64, DType::kInt32}));
  INLAY_TRY(expect_dense_elements(in, 0));
  INLAY_ASSIGN(const Shape data, in.shape(0));
  INLAY_ASSIGN(Shape shape, in.shape(1));
  INLAY_ASSIGN(const int axis, in.axis(in.node().integer("axis", 0), data.size()));
  if (shape.size() != data.size())
    return in.error("input 1: expected {} dimensions, found {}", data.size(), shape.size());
  // No other axis may be longer than the data's.
  for (size_t a = 0; a < shape.size(); ++a)
    if (a != static_cast<size_t>(axis))
      INLAY_TRY(in.expect_equal(in.exprs().max(shape[a], data[a]), data[a], "axis of the indices"));
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_gather_elements(Lowering& low) {
  const View data = low.view(0);
  const auto rank = static_cast<int64_t>(data.shape.size());
  int64_t axis = low.node().integer("axis", 0);
  if (axis < 0) axis += rank;
  const Operand indices = low.dense(1);
  Lowering::StepSpec spec{
      run_gather_elements, {data.operand, indices, low.output(0)}, low.input_shape(1), nullptr};
  spec.sizes.insert(spec.sizes.end(), data.strides.begin(), data.strides.end());
  spec.sizes.push_back(data.shape[static_cast<size_t>(axis)]);
  spec.params = std::make_shared<GatherElementsParams>(GatherElementsParams{
      rank, axis, graph::dtype_bytes(data.dtype), low.input_type(1).dtype == DType::kInt32});
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
