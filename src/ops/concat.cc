// Concat (ONNX 1…): tensors end to end along an axis.
#include <algorithm>
#include <cstring>

#include "ops/gathering.h"
#include "ops/op.h"

namespace inlay::ops {
namespace {

struct ConcatParams {
  size_t inputs;
  int64_t element_bytes;
};

// Operands: inputs, output. Sizes: outer, then elements that each input has behind the outer axes. Bytes are
// shared by threads wherever they lie, so that one long row is no one thread's.
Status run_concat(const StepCall& call) {
  const auto& params = call.as<ConcatParams>();
  std::vector<int64_t> ends;  // of the inputs in a row, in bytes
  int64_t row_bytes = 0;
  for (size_t i = 0; i < params.inputs; ++i)
    ends.push_back(row_bytes += call.sizes[1 + i] * params.element_bytes);
  if (call.sizes[0] * row_bytes == 0) return Status();
  constexpr int64_t kBytesPerTask = 1 << 16;
  for_each_range(
      call.run.pool(), call.sizes[0] * row_bytes, kBytesPerTask, [&](int64_t begin, int64_t end) {
        int64_t row = begin / row_bytes, at = begin % row_bytes;
        auto input =
            static_cast<size_t>(std::upper_bound(ends.begin(), ends.end(), at) - ends.begin());
        while (begin < end) {
          const int64_t first = input == 0 ? 0 : ends[input - 1];
          const int64_t bytes = std::min(ends[input] - at, end - begin);
          const int64_t from = row * (ends[input] - first) + (at - first);
          if (bytes > 0)
            std::memcpy(call.data[params.inputs] + begin, call.data[input] + from,
                        static_cast<size_t>(bytes));
          begin += bytes;
          at += bytes;
          if (at < ends[input]) continue;
          if (++input < ends.size()) continue;
          input = 0;
          at = 0;
          ++row;
        }
      });
  return Status();
}

void fold_concat(Inference& in) {
  std::vector<Expr> out;
  for (size_t i = 0; i < in.input_count(); ++i) {
    const auto* content = in.content(i);
    if (!content) return;
    out.insert(out.end(), content->begin(), content->end());
  }
  in.set_content(0, std::move(out));
}

}  // namespace

Status infer_concat(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1 << 20));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  INLAY_ASSIGN(const int axis, in.axis(in.node().integer("axis", 1), shape.size()));
  INLAY_TRY(expect_dense_elements(in, 0));
  for (size_t i = 1; i < in.input_count(); ++i) {
    INLAY_ASSIGN(const Shape other, in.shape(i));
    INLAY_TRY(in.expect_dtype(i, {in.dtype(0)}));
    if (other.size() != shape.size())
      return in.error("input {}: expected {} dimensions, found {}", i, shape.size(), other.size());
    for (size_t a = 0; a < shape.size(); ++a) {
      if (a == static_cast<size_t>(axis))
        shape[a] = in.exprs().add(shape[a], other[a]);
      else
        INLAY_TRY(in.expect_equal(shape[a], other[a], "other axes"));
    }
  }
  const bool vectors = shape.size() == 1;
  in.set_output(0, in.dtype(0), std::move(shape));
  if (vectors) fold_concat(in);
  return Status();
}

Status lower_concat(Lowering& low) {
  const int64_t axis = low.node().integer("axis", 1);
  Lowering::StepSpec spec{
      run_concat, {}, {split_at(low.exprs(), low.output_shape(0), axis).outer}, nullptr};
  for (size_t i = 0; i < low.node().inputs.size(); ++i) {
    const AxisSizes sizes = split_at(low.exprs(), low.input_shape(i), axis);
    spec.operands.push_back(low.dense(i));
    spec.sizes.push_back(low.exprs().mul(sizes.size, sizes.inner));
  }
  spec.params = std::make_shared<ConcatParams>(
      ConcatParams{spec.operands.size(), graph::dtype_bytes(low.output_type(0).dtype)});
  spec.operands.push_back(low.output(0));
  low.step(std::move(spec));
  return Status();
}

}  // namespace inlay::ops
