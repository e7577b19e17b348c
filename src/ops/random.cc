#include "ops/random.h"

#include <bit>
#include <cmath>

#include "ops/element_types.h"
#include "ops/lanes.h"

namespace inlay::ops {
namespace {

uint64_t mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
  x = (x ^ x >> 27) * 0x94D049BB133111EB;
  return x ^ x >> 31;
}

struct RandomParams {
  uint64_t seed;
  Distribution distribution;
  double a, b;  // low and high, or mean and scale
};

// Operand: y. Sizes: count.
template <class T>
Status run_random(const StepCall& call) {
  const auto& params = call.as<RandomParams>();
  constexpr int64_t kElementsPerTask = 1 << 14;
  for_each_range(call.run.pool(), call.sizes[0], kElementsPerTask, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const auto place = static_cast<uint64_t>(i);
      const double x = params.distribution == Distribution::kUniform
                           ? params.a + (params.b - params.a) * random_uniform(params.seed, place)
                           : params.a + params.b * random_normal(params.seed, place);
      call.at<T>(0)[i] = static_cast<T>(static_cast<Wide<T>>(x));
    }
  });
  return Status();
}

constexpr auto kRandom = []<class T>(std::type_identity<T>) -> StepFn { return run_random<T>; };

}  // namespace

double random_uniform(uint64_t seed, uint64_t place) {
  return static_cast<double>(mix(mix(seed) + place) >> 11) * 0x1p-53;
}

double random_normal(uint64_t seed, uint64_t place) {
  const double radius = std::sqrt(-2 * std::log1p(-random_uniform(seed, 2 * place)));
  return radius * std::cos(2 * 3.14159265358979323846 * random_uniform(seed, 2 * place + 1));
}

uint64_t random_seed(const graph::Node& node) {
  if (node.attributes.count("seed"))  // a float, of Dropout an integer
    return std::bit_cast<uint32_t>(node.real("seed", 0)) ^
           static_cast<uint64_t>(node.integer("seed", 0));
  uint64_t seed = 0;
  for (char c : node.name) seed = mix(seed + static_cast<unsigned char>(c));
  return seed;
}

Result<DType> random_dtype(Inference& in) {
  const DType fallback =
      in.input_count() > 0 && is_one_of(in.dtype(0), Floats()) ? in.dtype(0) : DType::kFloat32;
  const auto dtype = static_cast<DType>(in.node().integer("dtype", static_cast<int64_t>(fallback)));
  if (!is_one_of(dtype, Floats()))
    return in.error("dtype: expected a float, found {}", graph::dtype_text(dtype));
  return dtype;
}

Status lower_random(Lowering& low, Distribution distribution) {
  const graph::Node& node = low.node();
  const bool uniform = distribution == Distribution::kUniform;
  const float a = uniform ? node.real("low", 0) : node.real("mean", 0);
  const float b = uniform ? node.real("high", 1) : node.real("scale", 1);
  low.step({for_type(low.output_type(0).dtype, Floats(), kRandom),
            {low.output(0)},
            {low.count(low.output_shape(0))},
            std::make_shared<RandomParams>(RandomParams{
                random_seed(node), distribution, static_cast<double>(a), static_cast<double>(b)})});
  return Status();
}

}  // namespace inlay::ops
