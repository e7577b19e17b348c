#include "ops/elementwise.h"

#include "kernels/convert.h"
#include "ops/element_width.h"
#include "ops/lanes.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

constexpr size_t kMaxInputs = 3;
constexpr int64_t kElementsPerTask = 1 << 14;
constexpr int64_t kChunk = 128;  // elements that are copied at a time
constexpr int64_t kOnes[kMaxInputs] = {1, 1, 1};

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
    for (int64_t row = first; row < std::min(rows, first + rows_per_task); ++row) {
      auto offsets = walk.offsets(row);
      for (int i = 0; i < N; ++i) offsets[i] += begin * walk.stride[i][walk.rank - 1];
      body(offsets, n);
    }
  });
}

// Several rows of one operand side by side.
struct ShortRows {
  int64_t rows, inner;
  int64_t row_stride, stride, bytes;

  bool dense() const { return stride == 1 && row_stride == inner; }
  void copy(const std::byte* src, std::byte* dst) const {
    for_width(bytes, [&]<class T>(std::type_identity<T>) {
      const T* x = reinterpret_cast<const T*>(src);
      T* y = reinterpret_cast<T*>(dst);
      for (int64_t row = 0; row < rows; ++row, x += row_stride)
        for (int64_t i = 0; i < inner; ++i) *y++ = x[i * stride];
    });
  }
};

// Rows of fewer elements than a loop needs to be quick: as many as fit are made one row.
template <int N>
void run_short_rows(const StepCall& call, const Walk<N>& walk) {
  constexpr int kInputs = N - 1;
  const auto& params = call.as<ElementwiseParams>();
  const int64_t inner = walk.inner(), rows = walk.size[walk.rank - 2];
  const int64_t planes = walk.outer_count() / rows;
  const int64_t at_once = kChunk / inner, pieces = (rows + at_once - 1) / at_once;
  for_each_range(
      call.run.pool(), planes * pieces, kElementsPerTask / kChunk, [&](int64_t begin, int64_t end) {
        alignas(64) std::byte memory[kInputs][kChunk * 16];
        for (int64_t piece = begin; piece < end; ++piece) {
          const int64_t row = piece % pieces * at_once;
          const auto offsets = walk.offsets(piece / pieces * rows + row);
          const int64_t count = std::min(at_once, rows - row);
          const std::byte* in[kInputs];
          for (int i = 0; i < kInputs; ++i) {
            in[i] = call.data[i] + offsets[i] * params.element_bytes[i];
            const ShortRows some{count, inner, walk.stride[i][walk.rank - 2],
                                 walk.stride[i][walk.rank - 1], params.element_bytes[i]};
            if (some.dense()) continue;
            some.copy(in[i], memory[i]);
            in[i] = memory[i];
          }
          params.loop(in, kOnes,
                      call.data[kInputs] + offsets[kInputs] * params.element_bytes[kInputs],
                      count * inner, params.params.get());
        }
      });
}

template <int kInputs>
Status run_elementwise(const StepCall& call) {
  const auto& params = call.as<ElementwiseParams>();
  const Walk<kInputs + 1> walk(params.rank, call.sizes);
  constexpr int64_t kShort = 64;
  if (walk.rank > 1 && walk.outer_count() > 0 && walk.inner() > 0 && walk.inner() < kShort) {
    run_short_rows(call, walk);
    return Status();
  }
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

void loop_with_strides(ElementLoop dense, const OperandBytes& operands, const std::byte* const* in,
                       const int64_t* strides, std::byte* out, int64_t n) {
  alignas(64) std::byte memory[kMaxInputs][kChunk * 16];
  const std::byte* chunk[kMaxInputs];
  for (int64_t begin = 0; begin < n; begin += kChunk) {
    const int64_t count = std::min(kChunk, n - begin);
    for (size_t i = 0; i < operands.inputs; ++i) {
      const int64_t bytes = operands.bytes[i];
      chunk[i] = strides[i] == 1 ? in[i] + begin * bytes : memory[i];
      if (strides[i] != 1 && (strides[i] != 0 || begin == 0))  // one value is copied once
        copy_elements(in[i] + begin * strides[i] * bytes, strides[i], memory[i], count, bytes);
    }
    dense(chunk, kOnes, out + begin * operands.bytes[operands.inputs], count, nullptr);
  }
}

void loop_over_halves(ElementLoop floats, const HalfOperands& operands, const std::byte* const* in,
                      const int64_t* strides, std::byte* out, int64_t n, const void* params) {
  const kernels::ConvertKernel& convert = kernels::convert_kernel();
  const bool f16 = operands.type == DType::kFloat16;
  const auto widen = f16 ? convert.widen_f16 : convert.widen_bf16;
  const auto narrow = f16 ? convert.narrow_f16 : convert.narrow_bf16;
  uint16_t halves[kChunk];
  alignas(64) float wide[kMaxInputs][kChunk], result[kChunk];
  const std::byte* chunk[kMaxInputs];
  for (int64_t begin = 0; begin < n; begin += kChunk) {
    const int64_t count = std::min(kChunk, n - begin);
    for (size_t i = 0; i < operands.inputs; ++i) {
      chunk[i] = reinterpret_cast<const std::byte*>(wide[i]);
      if (strides[i] == 0 && begin > 0) continue;  // one value is copied once
      copy_elements(in[i] + begin * strides[i] * 2, strides[i],
                    reinterpret_cast<std::byte*>(halves), count, 2);
      widen(halves, count, wide[i]);
    }
    std::byte* const to = out + begin * operands.output_bytes;
    if (operands.output_bytes != 2) {
      floats(chunk, kOnes, to, count, params);
      continue;
    }
    floats(chunk, kOnes, reinterpret_cast<std::byte*>(result), count, params);
    narrow(result, count, reinterpret_cast<uint16_t*>(to));
  }
}

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
