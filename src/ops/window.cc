#include "ops/window.h"

#include <cmath>
#include <numbers>

#include "ops/element_types.h"

namespace inlay::ops {
namespace {

struct WindowParams {
  WindowTerms terms;
  bool periodic;
};

// Operand: y. Sizes: size.
template <class T>
Status run_window(const StepCall& call) {
  const auto& params = call.as<WindowParams>();
  const int64_t size = call.sizes[0];
  const double period = static_cast<double>(params.periodic ? size : size - 1);
  for (int64_t i = 0; i < size; ++i) {
    // A symmetric window of one element has no period: its element is that of place 0.
    const double x = i == 0 ? 0 : 2 * std::numbers::pi * static_cast<double>(i) / period;
    const double y =
        params.terms.a - params.terms.b * std::cos(x) + params.terms.c * std::cos(2 * x);
    if constexpr (sizeof(T) == 2 && !std::is_integral_v<T>)
      call.at<T>(0)[i] = static_cast<T>(static_cast<float>(y));
    else
      call.at<T>(0)[i] = static_cast<T>(y);
  }
  return Status();
}

constexpr auto kWindow = []<class T>(std::type_identity<T>) -> StepFn { return run_window<T>; };

}  // namespace

Status infer_window(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 1));
  INLAY_TRY(in.expect_dtype(0, {DType::kInt32, DType::kInt64}));
  const auto dtype = static_cast<DType>(in.node().integer("output_datatype", 1));
  if (!is_one_of(dtype, Numbers()))
    return in.error("output_datatype: {} is not supported", graph::dtype_text(dtype));
  INLAY_ASSIGN(const std::vector<Expr> size, in.content_or_read(0));
  if (size.size() != 1) return in.error("input 0: expected one size, found {}", size.size());
  in.set_output(0, dtype, {size[0]});
  return Status();
}

Status lower_window(Lowering& low, const WindowTerms& terms) {
  low.step({for_type(low.output_type(0).dtype, Numbers(), kWindow),
            {low.output(0)},
            {low.output_shape(0)[0]},
            std::make_shared<WindowParams>(
                WindowParams{terms, low.node().integer("periodic", 1) != 0})});
  return Status();
}

}  // namespace inlay::ops
