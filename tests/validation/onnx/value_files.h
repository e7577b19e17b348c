// ONNX's test files as values of the C ABI: TensorProto, SequenceProto, OptionalProto and MapProto, of which a
// file does not say which it holds; a session's types do.
#pragma once

#include <memory>
#include <string>

#include "base/status.h"
#include "inlay/inlay.h"

namespace inlay::test {

struct FreeValue {
  void operator()(inlay_value* value) const { inlay_value_free(value); }
};
using ValueHandle = std::unique_ptr<inlay_value, FreeValue>;

// Takes an error of the C ABI.
Status to_status(inlay_error* error);

// Fails with kNotFound where there is no such file.
Result<ValueHandle> read_value_file(const std::string& path, const inlay_value_type& type);

}  // namespace inlay::test
