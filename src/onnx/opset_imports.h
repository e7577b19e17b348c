// The operator sets that a model, or a function in it, imports.
#pragma once

#include <map>
#include <string>

#include "onnx/model_source.h"

namespace inlay::onnx {

using OpsetImports = std::map<std::string, int, std::less<>>;  // domain -> version; "ai.onnx" is ""

// An OperatorSetIdProto. Fails with kCorrupt for a version below 1, kUnsupported for one of ai.onnx that is newer
// than what is known here.
Status read_opset_import(protobuf::Reader message, const ModelSource& source,
                         OpsetImports& imports);

}  // namespace inlay::onnx
