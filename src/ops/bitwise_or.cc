// BitwiseOr (ONNX 18…): a | b of integers, bit by bit.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct BitwiseOr {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a | b);
  }
};

}  // namespace

Status infer_bitwise_or(Inference& in) { return infer_same_type(in, 2, 2); }

Status lower_bitwise_or(Lowering& low) {
  return lower_elementwise(
      low, find_loop<BitwiseOr, 2>(bits_type(low.input_type(0).dtype), UnsignedIntegers()));
}

}  // namespace inlay::ops
