#include "ops/elementwise.h"

#include "ops/strided.h"

namespace inlay::ops {
namespace {

constexpr size_t kMaxInputs = 3;
constexpr int64_t kElementsPerTask = 1 << 14;

struct ElementwiseParams {
  ElementLoop loop;
  int64_t rank;
  int64_t element_bytes[kMaxInputs + 1];  // of each input, then of the output
  std::shared_ptr<const void> params;
};

// Runs body(offsets, n) over pieces of inner rows, about kElementsPerTask elements a task.
template <int N, class Body>
void for_each_piece(const Walk<N>& walk, ThreadPool& pool, const Body& body) {
  const int64_t rows = walk.outer_count(), inner = walk.inner();
  if (rows == 0 || inner == 0) return;
  const int64_t rows_per_task = std::max<int64_t>(1, kElementsPerTask / inner);
  const int64_t pieces = (inner + kElementsPerTask - 1) / kElementsPerTask;  // of a row
  const int64_t row_tasks = (rows + rows_per_task - 1) / rows_per_task;
  pool.parallel_for(row_tasks * pieces, [&](int64_t task) {
    const int64_t begin = task % pieces * kElementsPerTask;
    const int64_t n = std::min(kElementsPerTask, inner - begin);
    const int64_t first = task / pieces * rows_per_task;
    auto place = walk.place(first);
    for (int64_t row = first; row < std::min(rows, first + rows_per_task);
         ++row, walk.advance(place)) {
      auto offsets = place.offsets;
      for (int i = 0; i < N; ++i) offsets[i] += begin * walk.stride[i][walk.rank - 1];
      body(offsets, n);
    }
  });
}

template <int kInputs>
Status run_elementwise(const StepCall& call) {
  const auto& params = call.as<ElementwiseParams>();
  const Walk<kInputs + 1> walk(params.rank, call.sizes);
  int64_t strides[kInputs];
  for (int i = 0; i < kInputs; ++i) strides[i] = walk.stride[i][walk.rank - 1];
  for_each_piece(walk, call.run.pool(), [&](const auto& offsets, int64_t n) {
    const std::byte* in[kInputs];
    for (int i = 0; i < kInputs; ++i) in[i] = call.data[i] + offsets[i] * params.element_bytes[i];
    std::byte* out = call.data[kInputs] + offsets[kInputs] * params.element_bytes[kInputs];
    params.loop(in, strides, out, n, params.params.get());
  });
  return Status();
}

StepFn step_for(size_t inputs) {
  switch (inputs) {
    case 1: return run_elementwise<1>;
    case 2: return run_elementwise<2>;
    default: return run_elementwise<3>;
  }
}

void add_step(Lowering& low, const std::vector<View>& inputs, const View& out, ElementLoop loop,
              std::shared_ptr<const void> extra) {
  auto params = std::make_shared<ElementwiseParams>();
  params->loop = loop;
  params->rank = static_cast<int64_t>(out.shape.size());
  params->params = std::move(extra);
  Lowering::StepSpec spec{step_for(inputs.size()), {}, {}, nullptr};
  std::vector<View> views = inputs;
  views.push_back(out);
  for (size_t i = 0; i < views.size(); ++i) {
    params->element_bytes[i] = graph::dtype_bytes(views[i].dtype);
    spec.operands.push_back(views[i].operand);
  }
  push_walk(low.exprs(), spec.sizes, out.shape, views);
  spec.params = std::move(params);
  low.step(std::move(spec));
}

// Memory for output 0, over an input of its shape where that is allowed.
View output_view(Lowering& low, size_t inputs) {
  const graph::TensorType& type = low.output_type(0);
  size_t over = inputs;
  while (over > 0 && (!low.has(over - 1) || low.input_shape(over - 1) != *type.shape)) --over;
  const Operand operand = over > 0 ? low.output_over(0, over - 1) : low.output(0);
  return dense_view(low.exprs(), operand, type.dtype, *type.shape);
}

Status no_loop(const Lowering& low) {
  return low.error("{} elements are not supported", graph::dtype_text(low.input_type(0).dtype));
}

}  // namespace

Status infer_elementwise(Inference& in, DType out) {
  INLAY_ASSIGN(Shape shape, in.shape(0));
  for (size_t i = 1; i < in.input_count(); ++i) {
    INLAY_ASSIGN(Shape other, in.shape(i));
    INLAY_ASSIGN(shape, in.broadcast(std::move(shape), std::move(other)));
  }
  if (shape.size() > static_cast<size_t>(kMaxRank))
    return in.error("expected at most {} dimensions, found {}", kMaxRank, shape.size());
  in.set_output(0, out, std::move(shape));
  return Status();
}

Status infer_same_type(Inference& in, size_t at_least, size_t at_most) {
  INLAY_TRY(in.expect_inputs(at_least, at_most));
  for (size_t i = 0; i < in.input_count(); ++i) {
    if (!in.has(i)) return in.error("input {} is missing", i);
    INLAY_TRY(in.expect_dtype(i, {in.dtype(0)}));
  }
  return infer_elementwise(in, in.dtype(0));
}

Status lower_elementwise(Lowering& low, ElementLoop loop, std::shared_ptr<const void> params,
                         size_t inputs) {
  if (!loop) return no_loop(low);
  if (inputs == 0) inputs = low.node().inputs.size();
  std::vector<View> views;
  for (size_t i = 0; i < inputs; ++i) views.push_back(low.view(i));
  add_step(low, views, output_view(low, inputs), loop, std::move(params));
  return Status();
}

Status lower_variadic(Lowering& low, ElementLoop loop, ElementLoop last,
                      std::shared_ptr<const void> params) {
  if (!loop) return no_loop(low);
  const size_t count = low.node().inputs.size();
  std::vector<View> inputs;
  for (size_t i = 0; i < count; ++i) inputs.push_back(low.view(i));
  if (count == 1) {
    low.put_view(0, inputs[0]);
    return Status();
  }
  // Memory of a later input must not be written by the first step, so the output has memory of its
  // own.
  const View out =
      dense_view(low.exprs(), low.output(0), low.output_type(0).dtype, low.output_shape(0));
  add_step(low, {inputs[0], inputs[1]}, out, loop, nullptr);
  for (size_t i = 2; i < count; ++i) add_step(low, {out, inputs[i]}, out, loop, nullptr);
  if (last) add_step(low, {out}, out, last, std::move(params));
  return Status();
}

}  // namespace inlay::ops
