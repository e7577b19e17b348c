// CumSum (ONNX 11…): running sums along an axis, "exclusive" of the element itself, "reverse" from the
// end.
#include "ops/elementwise.h"
#include "ops/running.h"

namespace inlay::ops {
namespace {

template <class T>
struct CumSum {
  static T first() { return 0; }
  static T next(T so_far, T x) { return wrapping_add(so_far, x); }
};

}  // namespace

Status infer_cum_sum(Inference& in) { return infer_running(in); }

Status lower_cum_sum(Lowering& low) {
  return lower_running(low, find_running<CumSum>(low.input_type(0).dtype));
}

}  // namespace inlay::ops
