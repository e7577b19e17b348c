// BitwiseXor (ONNX 18…): a ^ b of integers, bit by bit.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct BitwiseXor {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a ^ b);
  }
};

}  // namespace

Status infer_bitwise_xor(Inference& in) { return infer_same_type(in, 2, 2); }

Status lower_bitwise_xor(Lowering& low) {
  return lower_elementwise(
      low, find_loop<BitwiseXor, 2>(bits_type(low.input_type(0).dtype), UnsignedIntegers()));
}

}  // namespace inlay::ops
