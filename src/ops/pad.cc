// Pad (ONNX 11…): elements added before and behind each axis, or taken away where a pad is
// negative. Modes: "constant", "edge", "reflect", "wrap" (19…).
#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "ops/arguments.h"
#include "ops/filling.h"
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
  if (i < 0 && -i < size) return -i;  // most pads are shorter than the axis
  if (i >= size && i < 2 * size - 1) return 2 * (size - 1) - i;
  const int64_t period = 2 * (size - 1), rest = (i % period + period) % period;
  return rest < size ? rest : period - rest;
}

struct Axis {
  int64_t out, in, stride, front;  // stride of the input
};

// The axes of a run without those of size 1 that nothing is added to, and merged where that is all the same.
struct PadAxes {
  std::array<Axis, kMaxRank> axis;
  int64_t rank = 0;

  // `sizes`: the output's shape, the input's, its strides, pads in front.
  PadAxes(Mode mode, int64_t r, const int64_t* sizes) {
    for (int64_t i = 0; i < r; ++i) {
      const Axis next{sizes[i], sizes[r + i], sizes[2 * r + i], sizes[3 * r + i]};
      const bool whole = next.out == next.in && next.front == 0;
      if (whole && next.out == 1) continue;
      if (rank > 0 && whole && can_merge(mode, axis[rank - 1], next))
        axis[rank - 1] = {axis[rank - 1].out * next.out, axis[rank - 1].in * next.in, next.stride,
                          axis[rank - 1].front * next.out};
      else
        axis[rank++] = next;
    }
    if (rank == 0) axis[rank++] = {1, 1, 1, 0};
  }

  static bool can_merge(Mode mode, const Axis& outer, const Axis& inner) {
    const bool outer_whole = outer.out == outer.in && outer.front == 0;
    return outer.stride == inner.stride * inner.in && (outer_whole || mode == Mode::kConstant);
  }
  const Axis& last() const { return axis[rank - 1]; }
  int64_t rows() const {
    int64_t count = 1;
    for (int64_t i = 0; i + 1 < rank; ++i) count *= axis[i].out;
    return count;
  }
  // Where the input's row for a row of the output begins; none where the row is the constant.
  std::optional<int64_t> row_offset(Mode mode, int64_t row) const {
    int64_t offset = 0;
    for (int64_t i = rank - 1; i-- > 0; row /= axis[i].out) {
      const int64_t at = source_index(mode, row % axis[i].out - axis[i].front, axis[i].in);
      if (at < 0) return {};
      offset += at * axis[i].stride;
    }
    return offset;
  }
};

struct Padding {
  Mode mode;
  int64_t bytes;  // of an element
  const std::byte* constant;

  // out[i] for i in [begin, end), all of them outside of the input.
  void write_outside(const Axis& axis, const std::byte* x, int64_t begin, int64_t end,
                     std::byte* out) const {
    if (mode == Mode::kConstant)
      return fill_elements(out + begin * bytes, constant, end - begin, bytes);
    for (int64_t i = begin; i < end; ++i) {
      const int64_t at = source_index(mode, i - axis.front, axis.in);
      std::memcpy(out + i * bytes, x + at * axis.stride * bytes, static_cast<size_t>(bytes));
    }
  }
  // A row; x is null where all of it is the constant.
  void write_row(const Axis& axis, const std::byte* x, std::byte* out) const {
    if (!x) return fill_elements(out, constant, axis.out, bytes);
    const int64_t begin = std::clamp<int64_t>(axis.front, 0, axis.out);
    const int64_t end = std::clamp<int64_t>(axis.front + axis.in, begin, axis.out);
    write_outside(axis, x, 0, begin, out);
    if (begin < end)
      copy_elements(x + (begin - axis.front) * axis.stride * bytes, axis.stride,
                    out + begin * bytes, end - begin, bytes);
    write_outside(axis, x, end, axis.out, out);
  }
};

// Operands: x, constant or none, y. Sizes: as PadAxes reads them.
Status run_pad(const StepCall& call) {
  const auto& params = call.as<PadParams>();
  const int64_t rank = params.rank, *out = call.sizes, *in = out + rank;
  for (int64_t axis = 0; axis < rank; ++axis) {
    if (out[axis] == 0) return Status();
    if (in[axis] == 0 && params.mode != Mode::kConstant)
      return invalid("axis {}: expected at least one element to repeat, found none", axis);
  }
  static constexpr std::byte kZero[16] = {};
  const PadAxes axes(params.mode, rank, call.sizes);
  const Padding padding{params.mode, params.element_bytes, call.data[1] ? call.data[1] : kZero};
  const Axis& last = axes.last();
  constexpr int64_t kElementsPerTask = 1 << 14;
  for_each_range(call.run.pool(), axes.rows(), kElementsPerTask / last.out + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t row = begin; row < end; ++row) {
                     const auto offset = axes.row_offset(params.mode, row);
                     padding.write_row(last,
                                       offset ? call.data[0] + *offset * padding.bytes : nullptr,
                                       call.data[2] + row * last.out * padding.bytes);
                   }
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
  if (shape.size() > static_cast<size_t>(kMaxRank))
    return in.error("expected at most {} dimensions, found {}", kMaxRank, shape.size());
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
