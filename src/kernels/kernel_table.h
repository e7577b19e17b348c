// A family's entries, best first, the oracle `ref` last. Tests run each that the processor has; a
// program calls the one that <family>_kernel() chooses on first use.
#pragma once

#include <stdint.h>

namespace inlay::kernels {

template <class Kernel>
struct KernelTable {
  const Kernel* const* entries;
  int64_t count;

  const Kernel* const* begin() const { return entries; }
  const Kernel* const* end() const { return entries + count; }
};

}  // namespace inlay::kernels
