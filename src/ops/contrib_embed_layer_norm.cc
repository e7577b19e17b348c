// EmbedLayerNormalization (com.microsoft): LayerNormalization(words[ids] + positions[places] +
// segments[segment_ids]).
//
// Inputs: input_ids, segment_ids?, words, positions, segments?, gamma, beta, mask?, position_ids?.
// Outputs: y; how many elements of each row of the mask are 1, none without a mask; the sum.
#include "ops/expansion.h"

namespace inlay::ops {
namespace {

enum Input : size_t {
  kIds,
  kSegmentIds,
  kWords,
  kPositions,
  kSegments,
  kGamma,
  kBeta,
  kMask,
  kPositionIds
};

// 0, 1, … along the tokens where the node is not given places.
ValueId places(Expansion& x) {
  if (x.has(kPositionIds)) return x.input(kPositionIds);
  return x.make("Range", {x.integer(0), x.size_of(x.input(kIds), 1), x.integer(1)});
}

ValueId embedded(Expansion& x) {
  ValueId sum = x.make("Gather", {x.input(kWords), x.input(kIds)});
  sum = x.make("Add", {sum, x.make("Gather", {x.input(kPositions), places(x)})});
  if (!x.has(kSegmentIds)) return sum;
  return x.make("Add", {sum, x.make("Gather", {x.input(kSegments), x.input(kSegmentIds)})});
}

void define_mask_index(Expansion& x) {
  constexpr auto kInt32 = static_cast<int64_t>(DType::kInt32);
  if (!x.wants(1)) return;
  if (!x.has(kMask)) {
    const ValueId none = x.cast(x.integer(0), DType::kInt32);
    const ValueId rows = x.make("Unsqueeze", {x.size_of(x.input(kIds), 0), x.integers({0})});
    return x.define(1, "Expand", {none, rows});
  }
  const ValueId one = x.cast(x.integer(1), x.dtype(x.input(kMask)));
  const ValueId there = x.make("Cast", {x.make("Equal", {x.input(kMask), one})}, {{"to", kInt32}});
  x.define(1, "ReduceSum", {there, x.integers({1})}, {{"keepdims", int64_t{0}}});
}

}  // namespace

Status expand_embed_layer_normalization(Expansion& x) {
  INLAY_TRY(x.expect_inputs(1, 9));
  for (size_t i : {kWords, kPositions, kGamma, kBeta})
    if (!x.has(i)) return x.error("input {} is missing", i);
  if (x.has(kSegmentIds) != x.has(kSegments))
    return x.error("expected segment ids and embeddings together, found one of them");
  if (x.rank(x.input(kIds)) != 2)
    return x.error("input 0: expected 2 dimensions, found {}", x.rank(x.input(kIds)));
  ValueId sum = embedded(x);
  if (x.wants(2)) {
    x.define(2, "Identity", {sum});
    sum = x.node().output(2);
  }
  define_mask_index(x);
  x.define(0, "LayerNormalization", {sum, x.input(kGamma), x.input(kBeta)},
           {{"epsilon", x.node().real("epsilon", 1e-12f)}});
  return x.status();
}

}  // namespace inlay::ops
