// BitwiseNot (ONNX 18…): every bit of integers turned over.
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct BitwiseNot {
  template <class T>
  T operator()(T x) const {
    return static_cast<T>(~x);
  }
};

}  // namespace

Status infer_bitwise_not(Inference& in) { return infer_same_type(in, 1, 1); }

Status lower_bitwise_not(Lowering& low) {
  return lower_elementwise(
      low, find_loop<BitwiseNot, 1>(bits_type(low.input_type(0).dtype), UnsignedIntegers()));
}

}  // namespace inlay::ops
