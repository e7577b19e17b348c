// Reports as JSON: what `inlay inspect`, `inlay kernels` and `inlay devices` print.
#pragma once

#include <string>

#include "runtime/model.h"
#include "runtime/profile.h"

namespace inlay::api {

std::string describe_model(const runtime::ModelInfo& info);
std::string describe_kernels();
std::string describe_devices();
// The trace event format that Chrome and Perfetto show: a row a run, times in microseconds.
std::string describe_profile(const runtime::Profile& profile);

}  // namespace inlay::api
