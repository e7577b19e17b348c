// BitShift (ONNX 11…): unsigned a shifted by b bits to the "LEFT" or the "RIGHT"; 0 where no bit is left.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

template <class T>
constexpr T kBits = 8 * sizeof(T);

struct ShiftLeft {
  template <class T>
  T operator()(T a, T b) const {
    return b < kBits<T> ? static_cast<T>(a << b) : T{0};
  }
};

struct ShiftRight {
  template <class T>
  T operator()(T a, T b) const {
    return b < kBits<T> ? static_cast<T>(a >> b) : T{0};
  }
};

}  // namespace

Status infer_bit_shift(Inference& in) {
  const std::string_view direction = in.node().text("direction", "");
  if (direction != "LEFT" && direction != "RIGHT")
    return in.error("direction: expected LEFT or RIGHT, found {}", quote(direction));
  return infer_same_type(in, 2, 2);
}

Status lower_bit_shift(Lowering& low) {
  const DType dtype = low.input_type(0).dtype;
  return lower_elementwise(low, low.node().text("direction", "") == "LEFT"
                                    ? find_loop<ShiftLeft, 2>(dtype, UnsignedIntegers())
                                    : find_loop<ShiftRight, 2>(dtype, UnsignedIntegers()));
}

}  // namespace inlay::ops
