// What one processor family knows about itself; cpu_x86.cc and cpu_arm.cc, whichever is compiled
// in.
#pragma once

#include "base/cpu.h"

namespace inlay {

// Fills name, isa and the cache sizes. Leaves 0 where the processor does not say.
void detect_cpu(CpuInfo& info);

}  // namespace inlay
