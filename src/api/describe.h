// Reports as JSON: what `inlay inspect`, `inlay kernels` and `inlay devices` print.
#pragma once

#include <string>

#include "runtime/model.h"

namespace inlay::api {

std::string describe_model(const runtime::ModelInfo& info);
std::string describe_kernels();
std::string describe_devices();

}  // namespace inlay::api
