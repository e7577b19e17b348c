// CumProd (ONNX 26…): running products along an axis, "exclusive" of the element itself, "reverse" from the
// end.
#include "ops/elementwise.h"
#include "ops/running.h"

namespace inlay::ops {
namespace {

template <class T>
struct CumProd {
  static T first() { return 1; }
  static T next(T so_far, T x) { return wrapping_mul(so_far, x); }
};

}  // namespace

Status infer_cum_prod(Inference& in) { return infer_running(in); }

Status lower_cum_prod(Lowering& low) {
  return lower_running(low, find_running<CumProd>(low.input_type(0).dtype));
}

}  // namespace inlay::ops
