// Seeded random numbers: what the random operators share.
//
// Each element's number comes from the seed and its place alone (a counter through a mixing function, as
// SplitMix64 has it), so that results do not depend on threads, and the same seed gives the same numbers. A node
// without a seed takes one from its name, so that it is repeatable, too.
#pragma once

#include "ops/op.h"

namespace inlay::ops {

// Uniform in [0, 1), with 53 bits.
double random_uniform(uint64_t seed, uint64_t place);
// Normal with mean 0 and deviation 1, by Box and Muller's method.
double random_normal(uint64_t seed, uint64_t place);
uint64_t random_seed(const graph::Node& node);

enum class Distribution { kUniform, kNormal };
// The type of "dtype", else of input 0 where there is one, else float32. Fails where it is no float.
Result<DType> random_dtype(Inference& in);
// Fills output 0: uniform in ["low", "high"), or normal with "mean" and "scale".
Status lower_random(Lowering& low, Distribution distribution);

}  // namespace inlay::ops
