// Where (ONNX 9…): x where the condition holds, else y.
#include "ops/element_width.h"
#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

struct Where {
  template <class T>
  T operator()(uint8_t condition, T x, T y) const {
    if constexpr (std::is_integral_v<T>) {  // by masks, of which the compiler makes vectors
      const auto mask = static_cast<T>(condition ? ~T{0} : T{0});
      return static_cast<T>((x & mask) | (y & ~mask));
    } else {
      return condition ? x : y;
    }
  }
};

// Elements are only moved, so types of one width share a loop.
ElementLoop loop_of_width(int64_t bytes) {
  switch (bytes) {
    case 1: return element_loop<Where, uint8_t, uint8_t, uint8_t, uint8_t>;
    case 2: return element_loop<Where, uint16_t, uint8_t, uint16_t, uint16_t>;
    case 4: return element_loop<Where, uint32_t, uint8_t, uint32_t, uint32_t>;
    case 8: return element_loop<Where, uint64_t, uint8_t, uint64_t, uint64_t>;
    case 16: return element_loop<Where, Element16, uint8_t, Element16, Element16>;
    default: return nullptr;
  }
}

}  // namespace

Status infer_where(Inference& in) {
  INLAY_TRY(in.expect_inputs(3, 3));
  INLAY_TRY(in.expect_dtype(0, {DType::kBool}));
  INLAY_TRY(in.expect_dtype(2, {in.dtype(1)}));
  INLAY_TRY(infer_elementwise(in, in.dtype(1)));
  fold_elementwise(
      in, [](ExprPool& e, const Expr* x) { return e.if_equal(x[0], e.constant(0), x[2], x[1]); });
  return Status();
}

Status lower_where(Lowering& low) {
  return lower_elementwise(low, loop_of_width(graph::dtype_bytes(low.output_type(0).dtype)));
}

}  // namespace inlay::ops
