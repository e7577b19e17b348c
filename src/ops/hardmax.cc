// Hardmax (ONNX 1…): 1 at the first greatest element along an axis, 0 elsewhere; before 13 all axes from
// "axis" on are one.
#include <cstring>

#include "ops/arg_extreme.h"
#include "ops/element_types.h"
#include "ops/softmax_along.h"

namespace inlay::ops {
namespace {

struct HardmaxParams {
  FindExtremes find;
};

// Operands: x, y. Sizes: outer, length, inner.
template <class T>
Status run_hardmax(const StepCall& call) {
  const int64_t n = call.sizes[1], inner = call.sizes[2];
  T* const y = call.at<T>(1);
  std::memset(call.data[1], 0, static_cast<size_t>(call.sizes[0] * n * inner) * sizeof(T));
  if (n == 0) return Status();
  return for_each_extreme(call.run, {call.data[0], n, inner, 0}, call.sizes[0], sizeof(T),
                          call.as<HardmaxParams>().find, {true, false},
                          [&](int64_t outer, int64_t first, std::span<const int64_t> index) {
                            T* to = y + outer * n * inner + first;
                            for (int64_t at : index) (to++)[at * inner] = static_cast<T>(1.0f);
                          });
}

constexpr auto kHardmax = []<class T>(std::type_identity<T>) -> StepFn { return run_hardmax<T>; };

}  // namespace

Status infer_hardmax(Inference& in) { return infer_softmax_along(in); }

Status lower_hardmax(Lowering& low) {
  const AxisSizes sizes = softmax_sizes(low);
  const DType dtype = low.input_type(0).dtype;
  const Operand x = low.dense(0);
  low.step({for_type(dtype, Floats(), kHardmax),
            {x, low.output(0)},
            {sizes.outer, sizes.size, sizes.inner},
            std::make_shared<HardmaxParams>(HardmaxParams{find_extremes(dtype)})});
  return Status();
}

}  // namespace inlay::ops
