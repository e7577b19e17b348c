// A run's cancellation as kernels ask for it.
#pragma once

#include "kernels/stop_check.h"
#include "ops/lowering.h"

namespace inlay::ops {

// `run` must outlive it.
inline kernels::StopCheck stop_check(const RunServices& run) {
  return {[](const void* caller) { return static_cast<const RunServices*>(caller)->cancelled(); },
          &run};
}

}  // namespace inlay::ops
