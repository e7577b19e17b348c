#include "ops/channels.h"

#include <cstring>

#include "kernels/window_rows.h"
#include "ops/activations.h"
#include "ops/lanes.h"

namespace inlay::ops {

Status infer_channels(Inference& in, size_t at_least, size_t first, size_t last) {
  INLAY_TRY(
      in.expect_dtype(0, {DType::kFloat32, DType::kFloat64, DType::kFloat16, DType::kBfloat16}));
  INLAY_ASSIGN(Shape shape, in.shape(0));
  if (shape.size() < at_least)
    return in.error("input 0: expected at least {} dimensions, found {}", at_least, shape.size());
  const Expr channels = shape.size() > 1 ? shape[1] : in.constant(1);
  for (size_t i = first; i < last; ++i) {
    if (!in.has(i)) continue;
    INLAY_TRY(
        in.expect_dtype(i, {DType::kFloat32, DType::kFloat64, DType::kFloat16, DType::kBfloat16}));
    INLAY_ASSIGN(const Shape parameter, in.shape(i));
    INLAY_TRY(in.expect_equal(in.exprs().product(parameter), channels, "elements for channels"));
  }
  in.set_output(0, in.dtype(0), std::move(shape));
  return Status();
}

Expr image_size(ExprPool& exprs, const Shape& shape) {
  return shape.size() < 2 ? exprs.constant(1) : exprs.product(std::span(shape).subspan(2));
}

void channel_affine(RunServices& run, const ChannelAffine& args, const float* x, float* y) {
  constexpr int64_t kElementsPerTask = 1 << 14;
  for_each_range(run.pool(), args.n * args.c, kElementsPerTask / (args.size + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t plane = begin; plane < end && !run.cancelled(); ++plane) {
                     const int64_t channel = plane % args.c, offset = 0;
                     float* const to = y + plane * args.size;
                     kernels::window_rows_kernel().weighted_sum(
                         {x + plane * args.size, &offset, args.scale + channel, 1,
                          args.shift ? args.shift[channel] : 0.0f, to, args.size});
                     activate(args.activation, to, args.size);
                   }
                 });
}

double float_at(const std::byte* data, DType dtype, int64_t i) {
  const auto read = [&]<class T>(T value) {
    std::memcpy(&value, data + i * static_cast<int64_t>(sizeof(T)), sizeof value);
    return static_cast<double>(value);
  };
  switch (dtype) {
    case DType::kFloat64: return read(0.0);
    case DType::kFloat16: return read(Half());
    case DType::kBfloat16: return read(Bfloat16());
    default: return read(0.0f);
  }
}

}  // namespace inlay::ops
