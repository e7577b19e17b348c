// Support vector machines of ai.onnx.ml, in libsvm's way.
#pragma once

#include "ops/ml/scorer.h"

namespace inlay::ops::ml {

Result<std::shared_ptr<const Scorer<float>>> svm_classifier(const graph::Node& node);
Result<std::shared_ptr<const Scorer<float>>> svm_regressor(const graph::Node& node);

}  // namespace inlay::ops::ml
