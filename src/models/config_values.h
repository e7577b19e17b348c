// Values of config.json that most families have, within the limits that hold for all of them. Each
// fails with the value's place in the file.
#pragma once

#include "base/json.h"

namespace inlay::models {

Result<int64_t> read_layers(json::Value layers);  // 0 to 1000
Result<int64_t> read_heads(json::Value heads);    // 1 to 4096
// A size of which each head has an equal share, a multiple of `unit`.
Result<int64_t> read_headed_size(json::Value size, int64_t heads, int64_t unit = 1);
Result<float> read_epsilon(json::Value epsilon, double fallback);  // 0 to 1
Result<float> read_theta(json::Value theta, double fallback);      // of rotary positions, above 0
// Fails when one of the switches is on: for what a family's reference allows and published models do
// not use.
Status expect_off(json::Value root, std::initializer_list<const char*> keys);

}  // namespace inlay::models
