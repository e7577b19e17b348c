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
  const int64_t period = 2 * (size - 1), rest = (i % period + period) % period;
  return rest < size ? rest : period - rest;
}

// Operands: x, constant or none, y. Sizes: the output's shape, the input's, its strides, pads in
// front.
Status run_pad(const StepCall& call) {
  const auto& params = call.as<PadParams>();
  const int64_t rank = params.rank, bytes = params.element_bytes;
  const int64_t *out = call.sizes, *in = out + rank, *strides = in + rank, *front = strides + rank;
  int64_t count = 1;
  for (int64_t axis = 0; axis < rank; ++axis) {
    count *= out[axis];
    if (in[axis] == 0 && out[axis] > 0 && params.mode != Mode::kConstant)
      return invalid("axis {}: expected at least one element to repeat, found none", axis);
  }
  static constexpr std::byte kZero[16] = {};
  const std::byte* constant = call.data[1] ? call.data[1] : kZero;
  for (int64_t i = 0; i < count; ++i) {
    int64_t offset = 0, rest = i;
    bool inside = true;
    for (int64_t axis = rank; axis-- > 0; rest /= out[axis]) {
      const int64_t at = source_index(params.mode, rest % out[axis] - front[axis], in[axis]);
      inside = inside && at >= 0;
      offset += at * strides[axis];
    }
    std::memcpy(call.data[2] + i * bytes, inside ? call.data[0] + offset * bytes : constant,
                static_cast<size_t>(bytes));
  }
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
