// Pad (ONNX 11…): elements added before and behind each axis, or taken away where a pad is
// negative. Modes: "constant", "edge", "reflect", "wrap" (19…).
#include <algorithm>
#include <cstring>

#include "ops/arguments.h"
#include "ops/gathering.h"
#include "ops/padding.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

enum class Mode { kConstant, kEdge, kReflect, kWrap };

std::optional<Mode> mode_of(const graph::Node& node) {
  const std::string_view mode = node.text("mode", "constant");
  if (mode == "constant") return Mode::kConstant;
  if (mode == "edge") return Mode::kEdge;
  if (mode == "reflect") return Mode::kReflect;
  if (mode == "wrap") return Mode::kWrap;
  return {};
}

struct PadParams {
  Mode mode;
  int64_t rank;
  int64_t element_bytes;
};

// The place in [0, size) that `i` stands for, or -1 for the constant.
int64_t source_index(Mode mode, int64_t i, int64_t size) {
  if (i >= 0 && i < size) return i;
  switch (mode) {
    case Mode::kConstant: return -1;
    case Mode::kEdge: return std::clamp<int64_t>(i, 0, size - 1);
    case Mode::kWrap: return (i % size + size) % size;
    case Mode::kReflect: break;
  }
  if (size == 1) return 0;
  const int64_t mirrored = i < 0 ? -i : 2 * (size - 1) - i;
  if (mirrored >= 0 && mirrored < size) return mirrored;
  const int64_t period = 2 * (size - 1), rest = (i % period + period) % period;
  return rest < size ? rest : period - rest;
}

// An element, of one of the few sizes that there are.
void copy_element(std::byte* to, const std::byte* from, int64_t bytes) {
  switch (bytes) {
    case 1: std::memcpy(to, from, 1); break;
    case 2: std::memcpy(to, from, 2); break;
    case 4: std::memcpy(to, from, 4); break;
    case 8: std::memcpy(to, from, 8); break;
    default: std::memcpy(to, from, static_cast<size_t>(bytes));
  }
}

// What is padded, in sizes of `rank` axes.
struct PadTask {
  Mode mode;
  int64_t rank, bytes;
  const int64_t *out, *in, *strides, *front;
  const std::byte *x, *constant;
  std::byte* y;

  // Elements [begin, end) of a row that starts at `from`, null where all of it is the constant.
  void place(const std::byte* from, std::byte* to, int64_t begin, int64_t end) const {
    const int64_t last = rank - 1;
    for (int64_t i = begin; i < end; ++i) {
      const int64_t at = from ? source_index(mode, i - front[last], in[last]) : -1;
      copy_element(to + i * bytes, at < 0 ? constant : from + at * strides[last] * bytes, bytes);
    }
  }

  // A row of the last axis: what lies in between comes as it is.
  void fill_row(const std::byte* from, std::byte* to) const {
    const int64_t last = rank - 1, width = out[last];
    if (!from || strides[last] != 1) return place(from, to, 0, width);
    const int64_t begin = std::clamp<int64_t>(front[last], 0, width);
    const int64_t end = std::clamp<int64_t>(front[last] + in[last], begin, width);
    place(from, to, 0, begin);
    if (begin < end)
      std::memcpy(to + begin * bytes, from + (begin - front[last]) * bytes,
                  static_cast<size_t>((end - begin) * bytes));
    place(from, to, end, width);
  }

  // The input's row that an output's is made of, or null.
  const std::byte* source_row(int64_t row) const {
    int64_t offset = 0;
    for (int64_t axis = rank - 1; axis-- > 0; row /= out[axis]) {
      const int64_t at = source_index(mode, row % out[axis] - front[axis], in[axis]);
      if (at < 0) return nullptr;
      offset += at * strides[axis];
    }
    return x + offset * bytes;
  }
};

// Operands: x, constant or none, y. Sizes: the output's shape, the input's, its strides, pads in
// front.
Status run_pad(const StepCall& call) {
  const auto& params = call.as<PadParams>();
  const int64_t rank = params.rank, bytes = params.element_bytes;
  static constexpr std::byte kZero[16] = {};
  const PadTask task{params.mode,
                     rank,
                     bytes,
                     call.sizes,
                     call.sizes + rank,
                     call.sizes + 2 * rank,
                     call.sizes + 3 * rank,
                     call.data[0],
                     call.data[1] ? call.data[1] : kZero,
                     call.data[2]};
  int64_t count = 1;
  for (int64_t axis = 0; axis < rank; ++axis) {
    count *= task.out[axis];
    if (task.in[axis] == 0 && task.out[axis] > 0 && params.mode != Mode::kConstant)
      return invalid("axis {}: expected at least one element to repeat, found none", axis);
  }
  if (count == 0) return Status();
  if (rank == 0) {
    copy_element(task.y, task.x, bytes);
    return Status();
  }
  constexpr int64_t kElementsPerTask = 1 << 16;
  const int64_t width = task.out[rank - 1];
  for_each_range(call.run.pool(), count / width, kElementsPerTask / width + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t row = begin; row < end && !call.run.cancelled(); ++row)
                     task.fill_row(task.source_row(row), task.y + row * width * bytes);
                 });
  return Status();
}

// Pads [front, behind] of each axis; the sizes of input 1 are known since inference.
struct Pads {
  std::vector<Expr> front, behind;
};
Result<Pads> pads_of(const graph::Graph& graph, const graph::Node& node, size_t rank) {
  const Expr zero = graph.exprs->constant(0);
  Pads pads{std::vector<Expr>(rank, zero), std::vector<Expr>(rank, zero)};
  const std::vector<Expr>& content = *graph.value(node.input(1)).content;
  INLAY_ASSIGN(const auto axes, constant_axes(graph, node, 3, rank));
  const size_t count = axes ? axes->size() : rank;
  if (content.size() != 2 * count)
    return invalid("{}: expected {} pads, found {}", describe(graph, node), 2 * count,
                   content.size());
  for (size_t i = 0; i < count; ++i) {
    const size_t axis = axes ? static_cast<size_t>((*axes)[i]) : i;
    pads.front[axis] = content[i];
    pads.behind[axis] = content[count + i];
  }
  return pads;
}

Status add_pad_step(Lowering& low, Mode mode, Operand constant, const std::vector<Expr>& front) {
  const View x = low.view(0);
  Lowering::StepSpec spec{
      run_pad, {x.operand, constant, low.output(0)}, low.output_shape(0), nullptr};
  for (const auto* sizes : {&x.shape, &x.strides, &front})
    spec.sizes.insert(spec.sizes.end(), sizes->begin(), sizes->end());
  spec.params = std::make_shared<PadParams>(
      PadParams{mode, static_cast<int64_t>(x.shape.size()), graph::dtype_bytes(x.dtype)});
  low.step(std::move(spec));
  return Status();
}

}  // namespace

Status lower_zero_padding(Lowering& low, const std::vector<Expr>& front) {
  return add_pad_step(low, Mode::kConstant, Operand{}, front);
}

Status infer_pad(Inference& in) {
  INLAY_TRY(in.expect_inputs(2, 4));
  INLAY_TRY(expect_dense_elements(in, 0));
  if (!mode_of(in.node())) return in.error("unknown mode {}", quote(in.node().text("mode", "")));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  INLAY_TRY(in.content_or_read(1).status());
  if (in.has(2)) {
    INLAY_TRY(in.expect_dtype(2, {in.dtype(0)}));
    INLAY_ASSIGN(const Shape constant, in.shape(2));
    INLAY_TRY(in.expect_equal(in.exprs().product(constant), in.constant(1), "constant"));
  }
  INLAY_ASSIGN(const Pads pads, pads_of(in.graph(), in.node(), shape.size()));
  for (size_t axis = 0; axis < shape.size(); ++axis)
    shape[axis] = in.exprs().add(shape[axis], in.exprs().add(pads.front[axis], pads.behind[axis]));
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Status lower_pad(Lowering& low) {
  INLAY_ASSIGN(const Pads pads, pads_of(low.graph(), low.node(), low.input_shape(0).size()));
  return add_pad_step(low, *mode_of(low.node()), low.dense(2), pads.front);
}

}  // namespace inlay::ops
