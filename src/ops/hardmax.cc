// Hardmax (ONNX 1…): 1 at the first greatest element along an axis, 0 elsewhere; before 13 all axes from
// "axis" on are one.
#include "ops/element_types.h"
#include "ops/softmax_along.h"

namespace inlay::ops {
namespace {

// Operands: x, y. Sizes: outer, length, inner.
template <class T>
Status run_hardmax(const StepCall& call) {
  const int64_t n = call.sizes[1], inner = call.sizes[2];
  constexpr int64_t kElementsPerTask = 1 << 14;
  for_each_range(call.run.pool(), call.sizes[0] * inner, kElementsPerTask / (n + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t line = begin; line < end; ++line) {
                     const int64_t offset = line / inner * n * inner + line % inner;
                     const T* x = call.at<const T>(0) + offset;
                     int64_t best = 0;
                     for (int64_t i = 1; i < n; ++i)
                       if (x[i * inner] > x[best * inner]) best = i;
                     for (int64_t i = 0; i < n; ++i)
                       call.at<T>(1)[offset + i * inner] = static_cast<T>(i == best ? 1.0f : 0.0f);
                   }
                 });
  return Status();
}

constexpr auto kHardmax = []<class T>(std::type_identity<T>) -> StepFn { return run_hardmax<T>; };

}  // namespace

Status infer_hardmax(Inference& in) { return infer_softmax_along(in); }

Status lower_hardmax(Lowering& low) {
  const AxisSizes sizes = softmax_sizes(low);
  const Operand x = low.dense(0);
  low.step({for_type(low.input_type(0).dtype, Floats(), kHardmax),
            {x, low.output(0)},
            {sizes.outer, sizes.size, sizes.inner},
            nullptr});
  return Status();
}

}  // namespace inlay::ops
