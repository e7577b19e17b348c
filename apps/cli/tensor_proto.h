// ONNX's TensorProto files (.pb), written for types that NumPy lacks.
#pragma once

#include <string>
#include <string_view>

#include "inlay/inlay.h"
#include "system.h"

namespace cli {

// Requires a type with a fixed size.
void write_tensor_proto(const fs::path& path, std::string_view name,
                        const inlay_tensor_view& tensor);

}  // namespace cli
