// --precision of the commands run and bench.
#pragma once

#include <string>

#include "failure.h"

namespace cli {

// Throws Failure for what is not built, so that no other precision takes its place in silence.
inline void check_precision(const char* command, const std::string& precision) {
  if (precision == "f32") return;
  if (precision == "bf16" || precision == "int8") {
    fail(command, ": --precision: expected f32, found ", precision, ", which is not built yet");
  }
  fail_usage(command, ": --precision: expected f32, bf16 or int8, found ", quote(precision));
}

}  // namespace cli
