// SparseTensorProto as a dense constant.
#pragma once

#include "onnx/tensor_proto.h"

namespace inlay::onnx {

// Elements that are not said are 0, or "". The name is that of the values. Fails with kCorrupt where indices are out
// of range, not in order or not as many as values, kUnsupported where all of a model's sparse tensors are larger than
// 1 GiB when they are dense.
Result<NamedTensor> read_sparse_tensor(protobuf::Reader message, ModelSource& source);

}  // namespace inlay::onnx
