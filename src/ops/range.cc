// Range (ONNX 11…): start, start + delta, … before limit.
#include <cmath>
#include <cstring>

#include "ops/arguments.h"
#include "ops/content.h"
#include "ops/element_types.h"

namespace inlay::ops {
namespace {

using RangeTypes = Types<float, double, Half, Bfloat16, int16_t, int32_t, int64_t>;
using FillRange = void (*)(const std::byte* start, const std::byte* delta, std::byte* out,
                           int64_t n);

constexpr auto kFill = []<class T>(std::type_identity<T>) -> FillRange {
  return [](const std::byte* start, const std::byte* delta, std::byte* out, int64_t n) {
    T first, step;
    std::memcpy(&first, start, sizeof first);
    std::memcpy(&step, delta, sizeof step);
    auto* y = reinterpret_cast<T*>(out);
    for (int64_t i = 0; i < n; ++i) y[i] = static_cast<T>(first + static_cast<T>(i) * step);
  };
};

using Load = double (*)(const std::byte*);
constexpr auto kLoad = []<class T>(std::type_identity<T>) -> Load {
  return [](const std::byte* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return static_cast<double>(value);
  };
};

struct RangeParams {
  FillRange fill;
  Load load;
};

// Operands: start, delta, output. Sizes: the length.
Status run_range(const StepCall& call) {
  call.as<RangeParams>().fill(call.data[0], call.data[1], call.data[2], call.sizes[0]);
  return Status();
}

// Operands: start, limit, delta. The output's length is known only now.
Status run_range_by_data(const StepCall& call) {
  const auto& params = call.as<RangeParams>();
  const double start = params.load(call.data[0]), limit = params.load(call.data[1]);
  const double delta = params.load(call.data[2]);
  const double steps = std::ceil((limit - start) / delta);
  if (delta == 0 || !(steps < 0x1p62))
    return invalid("a range from {} to {} by {} has no end", start, limit, delta);
  const int64_t length = steps > 0 ? static_cast<int64_t>(steps) : 0;
  INLAY_ASSIGN(std::byte* const out, call.run.allocate(0, std::span(&length, 1)));
  params.fill(call.data[0], call.data[2], out, length);
  return Status();
}

// The length where it follows from constants or from integers that are known as expressions.
std::optional<Expr> length_of(Inference& in) {
  ExprPool& e = in.exprs();
  const auto start = constant_scalar(in.graph(), in.node(), 0);
  const auto limit = constant_scalar(in.graph(), in.node(), 1);
  const auto delta = constant_scalar(in.graph(), in.node(), 2);
  if (start && limit && delta) {
    const double steps = std::ceil((*limit - *start) / *delta);
    return steps < 0x1p62 ? std::optional(e.constant(steps > 0 ? static_cast<int64_t>(steps) : 0))
                          : std::nullopt;
  }
  const auto *first = in.content(0), *last = in.content(1);
  if (!first || !last || !delta || *delta == 0) return {};
  const auto step = static_cast<int64_t>(*delta);
  const Expr distance = step > 0 ? e.sub((*last)[0], (*first)[0]) : e.sub((*first)[0], (*last)[0]);
  return e.max(e.constant(0), e.ceil_div(distance, e.constant(step > 0 ? step : -step)));
}

}  // namespace

Status infer_range(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 3));
  for (size_t i = 0; i < 3; ++i) {
    INLAY_TRY(in.expect_dtype(i, {in.dtype(0)}));
    INLAY_ASSIGN(const Shape shape, in.shape(i));
    INLAY_TRY(in.expect_equal(in.exprs().product(shape), in.constant(1), "elements"));
  }
  if (!is_one_of(in.dtype(0), RangeTypes()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  const auto length = length_of(in);
  in.set_output(0, in.dtype(0), {length ? *length : in.data_size("range")});
  const auto count = length ? in.exprs().value(*length) : std::nullopt;
  const auto *first = in.content(0), *delta = in.content(2);
  if (!count || *count > 64 || !first || !delta) return Status();
  std::vector<Expr> out;
  for (int64_t i = 0; i < *count; ++i)
    out.push_back(in.exprs().add((*first)[0], in.exprs().mul((*delta)[0], in.constant(i))));
  in.set_content(0, std::move(out));
  return Status();
}

Status lower_range(Lowering& low) {
  const DType dtype = low.output_type(0).dtype;
  auto params = std::make_shared<RangeParams>(
      RangeParams{for_type(dtype, RangeTypes(), kFill), for_type(dtype, RangeTypes(), kLoad)});
  const Expr length = low.output_shape(0)[0];
  bool by_data = false;
  for (const graph::DataSymbol& data : low.graph().data_symbols)
    by_data = by_data || low.exprs().symbol_expr(data.symbol) == length;
  const Operand start = low.dense(0), limit = low.dense(1), delta = low.dense(2);
  if (by_data) {
    low.data_sized_output(0);
    low.step({run_range_by_data, {start, limit, delta}, {}, std::move(params)});
  } else {
    low.step({run_range, {start, delta, low.output(0)}, {length}, std::move(params)});
  }
  return Status();
}

}  // namespace inlay::ops
