// IsInf (ONNX 10…): true where an element is infinite, of the signs that are asked for.
#include <limits>

#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

template <bool kNegative, bool kPositive>
struct IsInf {
  template <class T>
  bool operator()(T x) const {
    constexpr auto kInf = std::numeric_limits<Wide<T>>::infinity();
    const auto value = static_cast<Wide<T>>(x);
    return (kPositive & (value == kInf)) | (kNegative & (value == -kInf));
  }
};

}  // namespace

Status infer_is_inf(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  return infer_elementwise(in, DType::kBool);
}

Status lower_is_inf(Lowering& low) {
  const bool negative = low.node().integer("detect_negative", 1) != 0;
  const bool positive = low.node().integer("detect_positive", 1) != 0;
  const DType dtype = low.input_type(0).dtype;
  const auto find = [&]<bool kNegative, bool kPositive>() {
    return find_loop<IsInf<kNegative, kPositive>, 1>(dtype, Floats());
  };
  if (negative)
    return lower_elementwise(
        low, positive ? find.operator()<true, true>() : find.operator()<true, false>());
  return lower_elementwise(
      low, positive ? find.operator()<false, true>() : find.operator()<false, false>());
}

}  // namespace inlay::ops
