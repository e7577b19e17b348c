// Binarizer (ai.onnx.ml 1): 1 where an element is above "threshold", else 0.
#include "ops/elementwise.h"
#include "ops/ml/scorer.h"

namespace inlay::ops {
namespace {

template <class T>
void binarize(const std::byte* const* in, const int64_t* strides, std::byte* out, int64_t n,
              const void* params) {
  const auto* x = reinterpret_cast<const T*>(in[0]);
  auto* y = reinterpret_cast<T*>(out);
  const float threshold = *static_cast<const float*>(params);
  for (int64_t i = 0; i < n; ++i)
    y[i] =
        static_cast<T>(static_cast<Wide<T>>(x[i * strides[0]]) > static_cast<Wide<T>>(threshold));
}

}  // namespace

Status infer_binarizer(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  if (!is_one_of(in.dtype(0), ml::RowTypes()))
    return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
  return infer_elementwise(in, in.dtype(0));
}

Status lower_binarizer(Lowering& low) {
  return lower_elementwise(
      low,
      for_type(low.input_type(0).dtype, ml::RowTypes(),
               []<class T>(std::type_identity<T>) -> ElementLoop { return binarize<T>; }),
      std::make_shared<float>(low.node().real("threshold", 0)));
}

}  // namespace inlay::ops
