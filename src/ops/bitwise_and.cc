// BitwiseAnd (ONNX 18…): a & b of integers, bit by bit.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct BitwiseAnd {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a & b);
  }
};

}  // namespace

Status infer_bitwise_and(Inference& in) { return infer_same_type(in, 2, 2); }

Status lower_bitwise_and(Lowering& low) {
  return lower_elementwise(
      low, find_loop<BitwiseAnd, 2>(bits_type(low.input_type(0).dtype), UnsignedIntegers()));
}

}  // namespace inlay::ops
