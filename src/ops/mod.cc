// Mod (ONNX 10…): the rest of a / b with the sign of b, or with "fmod" = 1 with that of a. 0 for b
// = 0 of integers.
#include <cmath>

#include "ops/elementwise.h"

namespace inlay::ops {
namespace {

template <class T>
T rest(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    if (b == 0) return 0;
    if constexpr (std::is_signed_v<T>)
      if (b == -1) return 0;
    return static_cast<T>(a % b);
  } else {
    return static_cast<T>(std::fmod(a, b));
  }
}

struct Mod {
  template <class T>
  T operator()(T a, T b) const {
    const T r = rest(a, b);
    return r != T{0} && (r < T{0}) != (b < T{0}) ? wrapping_add(r, b) : r;
  }
};

struct Fmod {
  template <class T>
  T operator()(T a, T b) const {
    return rest(a, b);
  }
};

bool is_fmod(const graph::Node& node) { return node.integer("fmod", 0) != 0; }

}  // namespace

Status infer_mod(Inference& in) {
  INLAY_TRY(infer_same_type(in, 2, 2));
  if (!is_fmod(in.node()))
    fold_elementwise(in, [](ExprPool& e, const Expr* x) { return e.mod(x[0], x[1]); });
  return Status();
}

Status lower_mod(Lowering& low) {
  const DType dtype = low.input_type(0).dtype;
  return lower_elementwise(low, is_fmod(low.node()) ? find_loop<Fmod, 2>(dtype, Numbers())
                                                    : find_loop<Mod, 2>(dtype, Numbers()));
}

}  // namespace inlay::ops
