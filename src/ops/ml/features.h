// Operators on each element of rows of features: what Scaler, Imputer and Normalizer share.
#pragma once

#include <memory>

#include "ops/lanes.h"
#include "ops/ml/attributes.h"
#include "ops/ml/scorer.h"

namespace inlay::ops::ml {

// A type of RowTypes and at least one dimension; the last one is the features. Gives the shape.
Result<Shape> infer_features(Inference& in);
// Fails unless a list has one element, or one for each feature of `shape` (checked when a plan is bound).
Status expect_per_feature(Inference& in, const Shape& shape, std::string_view key, int64_t length);

// Rows and features of input 0 for a step.
struct FeatureSizes {
  Expr rows, columns;
};
FeatureSizes feature_sizes(Lowering& low);

// Runs body(row) for each row of call.sizes[0], in parts.
template <class Body>
Status for_each_row(const StepCall& call, const Body& body) {
  constexpr int64_t kElementsPerTask = 1 << 14;
  for_each_range(call.run.pool(), call.sizes[0], kElementsPerTask / (call.sizes[1] + 1) + 1,
                 [&](int64_t begin, int64_t end) {
                   for (int64_t row = begin; row < end && !call.run.cancelled(); ++row) body(row);
                 });
  return Status();
}

}  // namespace inlay::ops::ml
