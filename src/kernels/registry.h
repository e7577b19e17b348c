// What `inlay kernels` prints: each family, its entries in order of preference, and which is chosen.
#pragma once

#include <cstdint>
#include <span>

namespace inlay::kernels {

struct KernelInfo {
  const char* name;  // "gemm_f32_12x32_avx512"
  uint32_t isa;      // base/cpu.h: the instruction sets it needs
  bool usable;       // this processor has them and INLAY_ISA allows them
  bool chosen;
};

struct FamilyInfo {
  const char* name;  // "gemm"
  std::span<const KernelInfo> entries;
  const char* why;  // one line: why the chosen entry is chosen
};

// Lives as long as the process. Thread-safe.
std::span<const FamilyInfo> families();

}  // namespace inlay::kernels
