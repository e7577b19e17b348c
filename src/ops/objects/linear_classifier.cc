// LinearClassifier (ai.onnx.ml 1) whose labels are strings.
#include "ops/objects/class_labels.h"

namespace inlay::ops {

Status eval_linear_classifier(ObjectCall& call) { return eval_string_labels(call); }

}  // namespace inlay::ops
