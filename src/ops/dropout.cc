// Dropout (ONNX 7…): the tensor itself and a mask of true where it is asked for; with training_mode, elements
// are left out with probability "ratio" and the others scaled, by numbers as random.h has them.
#include "ops/arguments.h"
#include "ops/element_types.h"
#include "ops/random.h"
#include "ops/strided.h"

namespace inlay::ops {
namespace {

constexpr float kUsualRatio = 0.5f;

template <class T>
Status run_one(const StepCall& call) {
  *call.at<T>(0) = static_cast<T>(1);
  return Status();
}

constexpr auto kOne = []<class T>(std::type_identity<T>) -> StepFn { return run_one<T>; };

using Load = double (*)(const std::byte* at);
constexpr auto kLoad = []<class T>(std::type_identity<T>) -> Load {
  return [](const std::byte* at) { return static_cast<double>(*reinterpret_cast<const T*>(at)); };
};

struct DropoutParams {
  uint64_t seed;
  Load ratio;
};

// Operands: x, ratio or none, training mode, y, mask or none. Sizes: count.
template <class T>
Status run_dropout(const StepCall& call) {
  const auto& params = call.as<DropoutParams>();
  const bool training = *call.at<const bool>(2);
  const double said = call.data[1] ? params.ratio(call.data[1]) : static_cast<double>(kUsualRatio);
  if (!(said >= 0 && said < 1)) return invalid("expected a ratio in [0, 1), found {}", said);
  const double ratio = training ? said : 0;
  const auto scale = static_cast<Wide<T>>(1 / (1 - ratio));
  for (int64_t i = 0; i < call.sizes[0]; ++i) {
    const bool stays = random_uniform(params.seed, static_cast<uint64_t>(i)) >= ratio;
    const auto x = static_cast<Wide<T>>(call.at<const T>(0)[i]);
    call.at<T>(3)[i] = static_cast<T>(stays ? x * scale : Wide<T>{0});
    if (call.data[4]) call.at<bool>(4)[i] = stays;
  }
  return Status();
}

constexpr auto kDropout = []<class T>(std::type_identity<T>) -> StepFn { return run_dropout<T>; };

// False where it is known that nothing is left out.
bool may_train(const graph::Graph& graph, const graph::Node& node) {
  return node.input(2) != graph::kNoValue && constant_scalar(graph, node, 2) != 0.0;
}

}  // namespace

Status infer_dropout(Inference& in) {
  INLAY_TRY(in.expect_inputs(1, 3));
  if (may_train(in.graph(), in.node())) {
    INLAY_TRY(in.expect_dtype(2, {DType::kBool}));
    if (!is_one_of(in.dtype(0), Floats()))
      return in.error("{} elements are not supported", graph::dtype_text(in.dtype(0)));
    for (size_t i : {1, 2}) {
      if (!in.has(i)) continue;
      INLAY_ASSIGN(const Shape one, in.shape(i));
      INLAY_TRY(in.expect_equal(in.exprs().product(one), in.constant(1), "elements"));
    }
    if (in.has(1) && !is_one_of(in.dtype(1), Floats()))
      return in.error("input 1: expected a float, found {}", graph::dtype_text(in.dtype(1)));
  }
  INLAY_ASSIGN(const Shape shape, in.shape(0));
  in.set_output(0, in.dtype(0), shape);
  in.set_output(1, in.node().version < 10 ? in.dtype(0) : DType::kBool, shape);
  return Status();
}

Status lower_dropout(Lowering& low) {
  if (may_train(low.graph(), low.node())) {
    const Load load = low.has(1) ? for_type(low.input_type(1).dtype, Floats(), kLoad) : nullptr;
    const Operand x = low.dense(0), ratio = low.dense(1), training = low.dense(2);
    low.step({for_type(low.input_type(0).dtype, Floats(), kDropout),
              {x, ratio, training, low.output(0), low.output(1)},
              {low.count(low.input_shape(0))},
              std::make_shared<DropoutParams>(DropoutParams{random_seed(low.node()), load})});
    return Status();
  }
  low.put_view(0, low.view(0));
  if (!low.wants(1)) return Status();
  const DType type = low.output_type(1).dtype;
  const StepFn run = for_type(type, NumbersAndBool(), kOne);
  if (!run) return low.error("{} elements are not supported", graph::dtype_text(type));
  const Operand element = low.memory(low.constant(graph::dtype_bytes(type)));
  low.step({run, {element}, {}, nullptr});
  const Shape& shape = low.output_shape(1);
  low.put_view(1, {element, type, shape, std::vector<Expr>(shape.size(), low.constant(0))});
  return Status();
}

}  // namespace inlay::ops
