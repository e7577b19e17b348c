// Gather (ONNX 1…): slices of a tensor along an axis, by indices that may count from the end.
#include <cstring>

#include "ops/gathering.h"
#include "ops/op.h"

namespace inlay::ops {
namespace {

struct GatherParams {
  int64_t block_bytes_unit;  // of an element
  bool narrow;               // indices are int32
};

// Operands: data, indices, output. Sizes: outer, size of the axis, inner, indices.
Status run_gather(const StepCall& call) {
  const auto& params = call.as<GatherParams>();
  const int64_t outer = call.sizes[0], size = call.sizes[1], count = call.sizes[3];
  const int64_t block = call.sizes[2] * params.block_bytes_unit;
  const Indices indices{call.data[1], params.narrow};
  INLAY_TRY(check_indices(indices, count, size));
  if (block == 0) return Status();
  constexpr int64_t kBytesPerTask = 1 << 16;
  for_each_range(call.run.pool(), outer * count, kBytesPerTask / block + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i) {
                     const int64_t row = i / count * size + indices.at(i % count, size);
                     std::memcpy(call.data[2] + i * block, call.data[0] + row * block,
                                 static_cast<size_t>(block));
                   }
                 });
  return Status();
}

// The elements, where those of the data and the indices are known.
void fold_gather(Inference& in, size_t data_rank) {
  const auto *data = in.content(0), *indices = in.content(1);
  if (!data || !indices || data_rank != 1) return;
  std::vector<Expr> out;
  const auto size = static_cast<int64_t>(data->size());
  for (Expr e : *indices) {
    const auto index = in.exprs().value(e);
    if (!index || *index < -size || *index >= size) return;
    out.push_back((*data)[static_cast<size_t>(*index < 0 ? *index + size : *index)]);
  }
  in.set_content(0, std::move(out));
}

}  // namespace

Status infer_gather(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 2));
  INLAY_TRY(in.expect_dtype(1, {DType::kInt64, DType::kInt32}));
  INLAY_ASSIGN(const Shape data, in.shape(0));
  INLAY_ASSIGN(const Shape indices, in.shape(1));
  INLAY_ASSIGN(const int axis, in.axis(in.node().integer("axis", 0), data.size()));
  INLAY_TRY(expect_dense_elements(in, 0));
  Shape shape(data.begin(), data.begin() + axis);
  shape.insert(shape.end(), indices.begin(), indices.end());
  shape.insert(shape.end(), data.begin() + axis + 1, data.end());
  in.set_output(0, in.dtype(0), std::move(shape));
  fold_gather(in, data.size());
  return Status();
}

Status lower_gather(Lowering& low) {
  const Shape& data = low.input_shape(0);
  const int64_t axis = low.node().integer("axis", 0);
  const AxisSizes sizes = split_at(low.exprs(), data, axis);
  const DType index_type = low.input_type(1).dtype;
  const Operand source = low.dense(0), indices = low.dense(1);
  low.step({run_gather,
            {source, indices, low.output(0)},
            {sizes.outer, sizes.size, sizes.inner, low.count(low.input_shape(1))},
            std::make_shared<GatherParams>(GatherParams{graph::dtype_bytes(low.input_type(0).dtype),
                                                        index_type == DType::kInt32})});
  return Status();
}

}  // namespace inlay::ops
