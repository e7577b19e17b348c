#include "ops/quantizing.h"

#include <algorithm>

#include "ops/element_types.h"
#include "ops/gathering.h"
#include "ops/narrow_types.h"

namespace inlay::ops {
namespace {

enum Sizes : size_t {
  kOuter,
  kAxis,
  kInner,
  kBlock,
  kOuterStride,
  kAxisStride,
  kInnerStride,
  kScales
};

int64_t axis_of(const graph::Node& node) { return node.integer("axis", 1); }
int64_t block_of(const graph::Node& node) { return node.integer("block_size", 0); }

bool is_one(ExprPool& e, const Shape& scale) {
  return std::all_of(scale.begin(), scale.end(), [&](Expr size) { return e.is(size, 1); });
}

Status expect_blocks(Inference& in, const Shape& x, const Shape& scale, size_t axis) {
  const Expr block = in.constant(block_of(in.node()));
  for (size_t i = 0; i < x.size(); ++i) {
    const Expr blocks = i == axis ? in.exprs().ceil_div(x[i], block) : x[i];
    INLAY_TRY(in.expect_equal(scale[i], blocks, "blocks of scales"));
  }
  return Status();
}

template <class T>
void read_floats(const std::byte* in, int64_t n, float* out) {
  const auto* elements = reinterpret_cast<const T*>(in);
  for (int64_t i = 0; i < n; ++i) out[i] = static_cast<float>(elements[i]);
}

template <DType kNarrow>
void read_small_floats(const std::byte* in, int64_t n, float* out) {
  widen_elements(kNarrow, in, 1, reinterpret_cast<std::byte*>(out), n);
}

}  // namespace

Status expect_scales(Inference& in) {
  INLAY_ASSIGN(const Shape x, in.shape(0));
  INLAY_ASSIGN(const Shape scale, in.shape(1));
  const int64_t block = block_of(in.node());
  if (block < 0) return in.error("block_size: expected at least 0, found {}", block);
  if (in.has(2)) {
    INLAY_ASSIGN(const Shape zero_point, in.shape(2));
    if (zero_point.size() != scale.size() &&
        !(is_one(in.exprs(), zero_point) && is_one(in.exprs(), scale)))
      return in.error("input 2: expected {} dimensions as the scale has, found {}", scale.size(),
                      zero_point.size());
    for (size_t i = 0; i < std::min(scale.size(), zero_point.size()); ++i)
      INLAY_TRY(in.expect_equal(zero_point[i], scale[i], "zero points"));
  }
  if (is_one(in.exprs(), scale) && block == 0) return Status();
  INLAY_ASSIGN(const int axis, in.axis(x.size() == 1 ? 0 : axis_of(in.node()), x.size()));
  const auto at = static_cast<size_t>(axis);
  if (block > 0 && scale.size() == x.size()) return expect_blocks(in, x, scale, at);
  if (scale.size() != 1)
    return in.error(
        "input 1: expected a scale for the tensor or for each index of axis {}{}, found {} "
        "dimensions",
        axis, block > 0 ? ", or for each block" : "", scale.size());
  return in.expect_equal(scale[0], x[at], "scales along the axis");
}

void push_scale_layout(Lowering& low, std::vector<Expr>& sizes) {
  ExprPool& e = low.exprs();
  const Shape &x = low.input_shape(0), &scale = low.input_shape(1);
  const Expr zero = e.constant(0), one = e.constant(1), scales = low.count(scale);
  const int64_t block = block_of(low.node());
  if (is_one(e, scale) && (block == 0 || x.empty())) {
    sizes.insert(sizes.end(), {one, one, low.count(x), one, zero, zero, zero, one});
    return;
  }
  const AxisSizes at = split_at(e, x, x.size() == 1 ? 0 : axis_of(low.node()));
  if (block > 0 && scale.size() == x.size()) {
    const Expr of_axis = split_at(e, scale, x.size() == 1 ? 0 : axis_of(low.node())).size;
    sizes.insert(sizes.end(), {at.outer, at.size, at.inner, e.constant(block),
                               e.mul(of_axis, at.inner), at.inner, one, scales});
  } else if (e.is(at.inner, 1)) {  // longer runs
    sizes.insert(sizes.end(), {at.outer, one, at.size, one, zero, zero, one, scales});
  } else {
    sizes.insert(sizes.end(), {at.outer, at.size, at.inner, one, zero, one, zero, scales});
  }
}

ScaleLayout scale_layout(const int64_t* sizes) {
  return {sizes[kOuter],       sizes[kAxis],       sizes[kInner],       sizes[kBlock],
          sizes[kOuterStride], sizes[kAxisStride], sizes[kInnerStride], sizes[kScales]};
}

FloatReader find_float_reader(DType dtype) {
  switch (dtype) {
    case DType::kFloat8e4m3fn: return read_small_floats<DType::kFloat8e4m3fn>;
    case DType::kFloat8e4m3fnuz: return read_small_floats<DType::kFloat8e4m3fnuz>;
    case DType::kFloat8e5m2: return read_small_floats<DType::kFloat8e5m2>;
    case DType::kFloat8e5m2fnuz: return read_small_floats<DType::kFloat8e5m2fnuz>;
    case DType::kFloat4e2m1: return read_small_floats<DType::kFloat4e2m1>;
    case DType::kFloat8e8m0: return read_small_floats<DType::kFloat8e8m0>;
    default: break;
  }
  using Readable = Types<float, Half, Bfloat16, int32_t, int16_t, int8_t, uint16_t, uint8_t>;
  return for_type(carrier_of(dtype), Readable(),
                  []<class T>(std::type_identity<T>) -> FloatReader { return read_floats<T>; });
}

Result<FloatScales> read_scales(RunServices& run, int64_t count, const std::byte* scale,
                                FloatReader read_scale, const std::byte* zero_point,
                                FloatReader read_zero_point) {
  const auto bytes = count * static_cast<int64_t>(sizeof(float));
  INLAY_ASSIGN(std::byte* const memory, run.scratch(2 * bytes));
  auto* const scales = reinterpret_cast<float*>(memory);
  read_scale(scale, count, scales);
  if (zero_point)
    read_zero_point(zero_point, count, scales + count);
  else
    std::fill_n(scales + count, count, 0.0f);
  return FloatScales{scales, scales + count};
}

}  // namespace inlay::ops
