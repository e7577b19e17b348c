// Changes to ONNX models as libFuzzer wants them: nodes, edges, attributes, sizes and constants instead of bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace inlay::fuzz {

// A few changes, chosen by the seed. What is no model is returned as it came.
std::string mutate_model(std::string_view model, uint32_t seed);
// The first model with some nodes of the second, which read values of the first.
std::string cross_models(std::string_view first, std::string_view second, uint32_t seed);

}  // namespace inlay::fuzz
