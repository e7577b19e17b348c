// Linear models of ai.onnx.ml: each score is the product of a row with its coefficients, and its intercept.
#pragma once

#include "ops/ml/scorer.h"

namespace inlay::ops::ml {

// LinearClassifier's (with labels) or LinearRegressor's, of `features` features where that is known (else 0).
Result<std::shared_ptr<const Scorer<float>>> linear_classifier(const graph::Node& node,
                                                               int64_t features);
Result<std::shared_ptr<const Scorer<float>>> linear_regressor(const graph::Node& node);

}  // namespace inlay::ops::ml
