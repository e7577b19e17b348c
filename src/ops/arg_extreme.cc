#include "ops/arg_extreme.h"

#include "kernels/reduction.h"
#include "ops/element_types.h"
#include "ops/gathering.h"

namespace inlay::ops {
namespace {

struct ArgParams {
  ExtremeChoice choice;
  FindExtremes find;
  int64_t element_bytes;
};

template <class T>
void extremes(const ExtremeLines& lines, ExtremeChoice choice, int64_t* index) {
  T best[kExtremeLines];
  for (int64_t c = 0; c < lines.count; ++c) {
    best[c] = reinterpret_cast<const T*>(lines.x)[c];
    index[c] = 0;
  }
  for (int64_t r = 1; r < lines.length; ++r) {
    const T* x = reinterpret_cast<const T*>(lines.x) + r * lines.inner;
    for (int64_t c = 0; c < lines.count; ++c) {
      const bool better = choice.greatest ? x[c] > best[c] : x[c] < best[c];
      if (better || (choice.last && x[c] == best[c])) {
        best[c] = x[c];
        index[c] = r;
      }
    }
  }
}

// The greatest or least of `n` elements and `best`; NaNs are passed over.
float extreme_of_block(const float* x, int64_t n, bool greatest, float best) {
  double total = static_cast<double>(best);
  kernels::reduction_kernel().rows({x, 0, 1, n, nullptr, &total},
                                   greatest ? kernels::Reduce::kMax : kernels::Reduce::kMin);
  if (total == total) return static_cast<float>(total);
  for (int64_t i = 0; i < n; ++i)
    if (greatest ? x[i] > best : x[i] < best) best = x[i];
  return best;
}

// Block by block, so that the place of the extreme is looked for in one of them alone.
int64_t extreme_of_row(const float* x, int64_t n, ExtremeChoice choice) {
  constexpr int64_t kBlock = 2048;
  const auto find_equal = [&](int64_t first, float value) {
    const int64_t length = std::min(n - first, kBlock);
    return kernels::reduction_kernel().find(kernels::Find::kEqual, x + first, length, value);
  };
  float best = x[0];
  if (best != best) return 0;
  int64_t block = 0;
  for (int64_t first = 0; first < n; first += kBlock) {
    const int64_t length = std::min(n - first, kBlock);
    const float found = extreme_of_block(x + first, length, choice.greatest, best);
    if (found != best || (choice.last && find_equal(first, found) < length)) block = first;
    best = found;
  }
  if (!choice.last) return block + find_equal(block, best);
  int64_t at = std::min(n, block + kBlock) - 1;
  while (x[at] != best) --at;
  return at;
}

void float_extremes(const ExtremeLines& lines, ExtremeChoice choice, int64_t* index) {
  const auto* x = reinterpret_cast<const float*>(lines.x);
  if (lines.inner == 1) {
    *index = extreme_of_row(x, lines.length, choice);
    return;
  }
  if (lines.length > INT32_MAX) return extremes<float>(lines, choice, index);
  int32_t rows[kExtremeLines];
  kernels::reduction_kernel().arg_columns(
      {x, lines.inner, lines.length, lines.count, !choice.greatest, choice.last, rows});
  std::copy(rows, rows + lines.count, index);
}

// Operands: x, indices. Sizes: outer, length, inner.
Status run_arg_extreme(const StepCall& call) {
  const auto& params = call.as<ArgParams>();
  const int64_t inner = call.sizes[2];
  auto* const y = call.at<int64_t>(1);
  return for_each_extreme(call.run, {call.data[0], call.sizes[1], inner, 0}, call.sizes[0],
                          params.element_bytes, params.find, params.choice,
                          [&](int64_t outer, int64_t first, std::span<const int64_t> index) {
                            std::copy(index.begin(), index.end(), y + outer * inner + first);
                          });
}

}  // namespace

FindExtremes find_extremes(DType dtype) {
  if (dtype == DType::kFloat32) return float_extremes;
  using Others = Types<double, Half, Bfloat16, int64_t, int32_t, int16_t, int8_t, uint64_t,
                       uint32_t, uint16_t, uint8_t>;
  return for_type(dtype, Others(),
                  []<class T>(std::type_identity<T>) -> FindExtremes { return extremes<T>; });
}

Status infer_arg_extreme(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  INLAY_ASSIGN(const int axis, in.axis(in.node().integer("axis", 0), shape.size()));
  if (in.node().integer("keepdims", 1) != 0)
    shape[static_cast<size_t>(axis)] = in.constant(1);
  else
    shape.erase(shape.begin() + axis);
  in.set_output(0, DType::kInt64, std::move(shape));
  return Status();
}

Status lower_arg_extreme(Lowering& low, bool greatest) {
  const DType dtype = low.input_type(0).dtype;
  const FindExtremes find = find_extremes(dtype);
  if (!find) return low.error("{} elements are not supported", graph::dtype_text(dtype));
  const AxisSizes sizes = split_at(low.exprs(), low.input_shape(0), low.node().integer("axis", 0));
  const bool last = low.node().integer("select_last_index", 0) != 0;
  const Operand x = low.dense(0);
  low.step(
      {run_arg_extreme,
       {x, low.output(0)},
       {sizes.outer, sizes.size, sizes.inner},
       std::make_shared<ArgParams>(ArgParams{{greatest, last}, find, graph::dtype_bytes(dtype)})});
  return Status();
}

}  // namespace inlay::ops
