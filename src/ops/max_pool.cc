// MaxPool (ONNX 1…): the greatest element of each window, and its index in the whole input.
#include "ops/pooling.h"
#include "ops/reduction.h"

namespace inlay::ops {
namespace {

using MaxTypes = Types<float, double, Half, Bfloat16, int8_t, uint8_t>;

struct MaxParams : PoolParams {
  bool column_major;  // indices
};

// The index of an element whose row-major offset in a plane is `offset`.
int64_t index_of(const PoolProblem& p, int64_t plane, int64_t offset, bool column_major) {
  if (!column_major) return plane * p.image + offset;
  int64_t index = 0;
  std::array<int64_t, kMaxRank> at{};
  for (size_t a = p.axes.size(); a-- > 0; offset /= p.axes[a].in) at[a] = offset % p.axes[a].in;
  for (size_t a = p.axes.size(); a-- > 0;) index = index * p.axes[a].in + at[a];
  return plane * p.image + index;
}

// Operands: x, y, indices or none.
template <class T>
Status run_plain(const StepCall& call) {
  const PoolProblem p(call);
  INLAY_TRY(check_axes(p.axes));
  const bool column_major = call.as<MaxParams>().column_major;
  for_each_output(call, p, [&](int64_t plane, int64_t position) {
    const T* x = call.at<const T>(0) + plane * p.image;
    T best = lowest_of<T>();
    int64_t best_offset = -1;
    for_each_tap(p.axes, position, [&](int64_t, int64_t offset) {
      if (best_offset >= 0 && !(x[offset] > best)) return;
      best = x[offset];
      best_offset = offset;
    });
    call.at<T>(1)[plane * p.outputs + position] = best;
    if (call.data[2])
      call.at<int64_t>(2)[plane * p.outputs + position] =
          best_offset < 0 ? -1 : index_of(p, plane, best_offset, column_major);
  });
  return Status();
}

Status run_kernel(const StepCall& call) {
  const PoolProblem p(call, 3);
  INLAY_TRY(check_axes(p.axes));
  return run_pool_bands(call, p,
                        {kernels::window_rows_kernel().highest, kernels::depthwise_kernel().highest,
                         lowest_of<float>()},
                        [](float*, int64_t, int64_t) {});
}

constexpr auto kPlain = []<class T>(std::type_identity<T>) -> StepFn { return run_plain<T>; };

}  // namespace

Status infer_max_pool(Inference& in) {
  INLAY_TRY(infer_pool(in));
  INLAY_ASSIGN(const Shape x, in.shape(0));
  if (in.wants(1)) {
    INLAY_ASSIGN(const auto axes, pool_windows(in.graph(), in.node(), x));
    Shape shape{x[0], x[1]};
    for (const WindowAxis& axis : axes) shape.push_back(axis.out);
    in.set_output(1, DType::kInt64, std::move(shape));
  }
  return Status();
}

Status lower_max_pool(Lowering& low) {
  MaxParams params{};
  params.rank = static_cast<int64_t>(low.input_shape(0).size()) - 2;
  params.column_major = low.node().integer("storage_order", 0) != 0;
  const DType dtype = low.input_type(0).dtype;
  const bool kernel = fits_bands(low) && !low.wants(1);
  return lower_pool(low, kernel ? run_kernel : for_type(dtype, MaxTypes(), kPlain),
                    std::make_shared<MaxParams>(params), {low.output(1)});
}

}  // namespace inlay::ops
