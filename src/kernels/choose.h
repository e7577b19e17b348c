// The choice of an entry: once per process, on first use. Not for files compiled for an instruction set.
#pragma once

#include <atomic>

#include "base/cpu.h"
#include "kernels/kernel_table.h"

namespace inlay::kernels {

// The first entry that this processor has and INLAY_ISA allows; `ref`, which needs nothing, is last.
template <class Kernel>
const Kernel& first_usable(KernelTable<Kernel> table) {
  if (!cpu_info().force_ref) {
    for (const Kernel* entry : table) {
      if (isa_enabled(entry->isa)) return *entry;
    }
  }
  return *table.entries[table.count - 1];
}

// Two threads that come here at once find the same entry, so the order of their stores is of no matter.
template <class Kernel>
const Kernel& choose(KernelTable<Kernel> table, std::atomic<const Kernel*>& chosen) {
  if (const Kernel* entry = chosen.load(std::memory_order_relaxed)) return *entry;
  const Kernel& entry = first_usable(table);
  chosen.store(&entry, std::memory_order_relaxed);
  return entry;
}

}  // namespace inlay::kernels
