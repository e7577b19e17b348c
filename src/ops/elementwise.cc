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
constexpr int64_t kShort = 64;   // rows of fewer are put together
constexpr int64_t kOnes[kMaxInputs] = {1, 1, 1};
// Of joined steps: elements that go through all of them together, and how much is joined at most.
constexpr int64_t kElementsTogether = 1 << 11;
constexpr size_t kMostOperands = 16;

// A loop over operands of the step: [begin, begin + inputs), and the one behind them is written.
struct Link {
  ElementLoop loop;
  std::shared_ptr<const void> params;
  int begin, inputs;
};

struct ElementwiseParams {
  int64_t rank;
  std::vector<int64_t> element_bytes;  // of each operand
  std::vector<Link> links;
};

// A link alone: sizes are those of a Walk over its operands.
struct LinkCall {
  const Link& link;
  int64_t rank;
  const int64_t* sizes;
  std::byte* const* data;
  const int64_t* element_bytes;
  ThreadPool& pool;
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
void run_short_rows(const LinkCall& call, const Walk<N>& walk) {
  constexpr int kInputs = N - 1;
  const int64_t inner = walk.inner(), rows = walk.size[walk.rank - 2];
  const int64_t planes = walk.outer_count() / rows;
  const int64_t at_once = kChunk / inner, pieces = (rows + at_once - 1) / at_once;
  for_each_range(
      call.pool, planes * pieces, kElementsPerTask / kChunk, [&](int64_t begin, int64_t end) {
        alignas(64) std::byte memory[kInputs][kChunk * 16];
        for (int64_t piece = begin; piece < end; ++piece) {
          const int64_t row = piece % pieces * at_once;
          const auto offsets = walk.offsets(piece / pieces * rows + row);
          const int64_t count = std::min(at_once, rows - row);
          const std::byte* in[kInputs];
          for (int i = 0; i < kInputs; ++i) {
            in[i] = call.data[i] + offsets[i] * call.element_bytes[i];
            const ShortRows some{count, inner, walk.stride[i][walk.rank - 2],
                                 walk.stride[i][walk.rank - 1], call.element_bytes[i]};
            if (some.dense()) continue;
            some.copy(in[i], memory[i]);
            in[i] = memory[i];
          }
          std::byte* out = call.data[kInputs] + offsets[kInputs] * call.element_bytes[kInputs];
          call.link.loop(in, kOnes, out, count * inner, call.link.params.get());
        }
      });
}

template <int kInputs>
void run_link(const LinkCall& call) {
  const Walk<kInputs + 1> walk(call.rank, call.sizes);
  if (walk.rank > 1 && walk.outer_count() > 0 && walk.inner() > 0 && walk.inner() < kShort)
    return run_short_rows(call, walk);
  int64_t strides[kInputs];
  for (int i = 0; i < kInputs; ++i) strides[i] = walk.stride[i][walk.rank - 1];
  for_each_piece(walk, call.pool, [&](const auto& offsets, int64_t n) {
    const std::byte* in[kInputs];
    for (int i = 0; i < kInputs; ++i) in[i] = call.data[i] + offsets[i] * call.element_bytes[i];
    std::byte* out = call.data[kInputs] + offsets[kInputs] * call.element_bytes[kInputs];
    call.link.loop(in, strides, out, n, call.link.params.get());
  });
}

template <int kInputs>
Status run_elementwise(const StepCall& call) {
  const auto& params = call.as<ElementwiseParams>();
  run_link<kInputs>({params.links[0], params.rank, call.sizes, call.data,
                     params.element_bytes.data(), call.run.pool()});
  return Status();
}

// All links of a joined step, one after the other.
void run_apart(const StepCall& call) {
  const auto& params = call.as<ElementwiseParams>();
  for (const Link& link : params.links) {
    std::vector<int64_t> sizes(call.sizes, call.sizes + params.rank);
    const int64_t* const strides = call.sizes + (link.begin + 1) * params.rank;
    sizes.insert(sizes.end(), strides, strides + (link.inputs + 1) * params.rank);
    const LinkCall alone{link,
                         params.rank,
                         sizes.data(),
                         call.data + link.begin,
                         params.element_bytes.data() + link.begin,
                         call.run.pool()};
    switch (link.inputs) {
      case 1: run_link<1>(alone); break;
      case 2: run_link<2>(alone); break;
      default: run_link<3>(alone);
    }
  }
}

Status run_joined(const StepCall& call) {
  const auto& params = call.as<ElementwiseParams>();
  const auto operands = static_cast<int>(params.element_bytes.size());
  const Walk<kMostOperands> walk(params.rank, call.sizes, operands);
  if (walk.rank > 1 && walk.inner() < kShort) {
    run_apart(call);
    return Status();
  }
  int64_t strides[kMostOperands];
  for (int i = 0; i < operands; ++i) strides[i] = walk.stride[i][walk.rank - 1];
  for_each_piece(walk, call.run.pool(), [&](const auto& offsets, int64_t n) {
    for (int64_t begin = 0; begin < n; begin += kElementsTogether) {
      std::byte* data[kMostOperands];
      for (int i = 0; i < operands; ++i)
        data[i] = call.data[i] + (offsets[i] + begin * strides[i]) * params.element_bytes[i];
      const int64_t together = std::min(kElementsTogether, n - begin);
      for (const Link& link : params.links)
        link.loop(data + link.begin, strides + link.begin, data[link.begin + link.inputs], together,
                  link.params.get());
    }
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

bool is_elementwise(const Lowering::StepSpec& spec) {
  return spec.run == run_joined || spec.run == step_for(1) || spec.run == step_for(2) ||
         spec.run == step_for(3);
}

void add_step(Lowering& low, const std::vector<View>& inputs, const View& out, ElementLoop loop,
              std::shared_ptr<const void> extra) {
  auto params = std::make_shared<ElementwiseParams>();
  params->rank = static_cast<int64_t>(out.shape.size());
  params->links.push_back({loop, std::move(extra), 0, static_cast<int>(inputs.size())});
  Lowering::StepSpec spec{step_for(inputs.size()), {}, {}, nullptr};
  std::vector<View> views = inputs;
  views.push_back(out);
  for (const View& view : views) {
    params->element_bytes.push_back(graph::dtype_bytes(view.dtype));
    spec.operands.push_back(view.operand);
  }
  push_walk(low.exprs(), spec.sizes, out.shape, views);
  spec.params = std::move(params);
  low.step(std::move(spec));
}

// Whether operands a and b of the joined step may meet: in other memory, or at the same elements.
bool may_meet(const Lowering::StepSpec& spec, const ElementwiseParams& params, size_t a, size_t b) {
  const Operand &x = spec.operands[a], &y = spec.operands[b];
  if (x.block != y.block) return true;
  if (x.byte_offset != y.byte_offset || params.element_bytes[a] != params.element_bytes[b])
    return false;
  const auto rank = static_cast<size_t>(params.rank);
  const auto strides_of = [&](size_t i) {
    return spec.sizes.begin() + static_cast<ptrdiff_t>((i + 1) * rank);
  };
  return std::equal(strides_of(a), strides_of(a) + params.rank, strides_of(b));
}

bool may_join(const Lowering::StepSpec& spec, const ElementwiseParams& params) {
  for (const Link& link : params.links) {
    const auto written = static_cast<size_t>(link.begin + link.inputs);
    for (size_t other = 0; other < spec.operands.size(); ++other)
      if (!may_meet(spec, params, written, other)) return false;
  }
  return true;
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

std::optional<Lowering::StepSpec> join_elementwise(const Lowering::StepSpec& first,
                                                   const Lowering::StepSpec& second) {
  if (!is_elementwise(first) || !is_elementwise(second)) return std::nullopt;
  const auto& a = *static_cast<const ElementwiseParams*>(first.params.get());
  const auto& b = *static_cast<const ElementwiseParams*>(second.params.get());
  const size_t operands = first.operands.size() + second.operands.size();
  if (a.rank != b.rank || operands > kMostOperands) return std::nullopt;
  if (!std::equal(first.sizes.begin(), first.sizes.begin() + a.rank, second.sizes.begin()))
    return std::nullopt;
  auto params = std::make_shared<ElementwiseParams>(a);
  params->element_bytes.insert(params->element_bytes.end(), b.element_bytes.begin(),
                               b.element_bytes.end());
  for (Link link : b.links) {
    link.begin += static_cast<int>(first.operands.size());
    params->links.push_back(std::move(link));
  }
  Lowering::StepSpec joined{run_joined, first.operands, first.sizes, nullptr};
  joined.operands.insert(joined.operands.end(), second.operands.begin(), second.operands.end());
  joined.sizes.insert(joined.sizes.end(), second.sizes.begin() + b.rank, second.sizes.end());
  if (!may_join(joined, *params)) return std::nullopt;
  joined.params = std::move(params);
  return joined;
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
