// What this processor can do, found by cpuid and xgetbv on first use; INLAY_ISA narrows it.
//
// Kernel tables ask isa_enabled(); nobody asks the compiler's __builtin_cpu_supports, which runs a
// load-time constructor. Thread-safe; the answer never changes within a process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace inlay {

// Instruction sets that kernels are written for, as a bit set. A level includes what it builds on.
enum Isa : uint32_t {
  kIsaBase = 0,          // what the compiler's baseline gives: `ref` and `generic`
  kIsaAvx2 = 1u << 0,    // AVX2, FMA, F16C, BMI2
  kIsaAvx512 = 1u << 1,  // AVX-512 F, BW, DQ, VL, CD on top of kIsaAvx2
  kIsaVnni = 1u << 2,    // AVX-512 VNNI
  kIsaBf16 = 1u << 3,    // AVX-512 BF16
  kIsaAmx = 1u << 4,     // AMX tile, int8, bf16
  kIsaNeon = 1u << 8,
  kIsaDotprod = 1u << 9,
  kIsaI8mm = 1u << 10,
};

struct CpuInfo {
  std::string name;        // "Intel(R) Xeon(R) Processor @ 2.50GHz"
  uint32_t isa = 0;        // what the processor and the system support
  uint32_t enabled = 0;    // the same, narrowed by INLAY_ISA
  bool force_ref = false;  // INLAY_ISA=ref: only the oracle kernels
  // The caches that one core reads through, whole even where other cores share them; 0: unknown.
  int64_t l1d_bytes = 0, l2_bytes = 0, l3_bytes = 0;
  std::string isa_error;  // not empty when INLAY_ISA is unknown or not supported here
};

const CpuInfo& cpu_info();

// True when every bit of `needed` may be used.
inline bool isa_enabled(uint32_t needed) { return (cpu_info().enabled & needed) == needed; }

// Narrows `info` to what INLAY_ISA=`choice` allows: a level enables itself and what it builds on,
// as far as the processor has it; "ref" and "base" enable nothing, "" everything. Sets isa_error
// otherwise.
void apply_isa_choice(CpuInfo& info, std::string_view choice);

// The error that an unknown or unsupported INLAY_ISA deserves; checked when a model is opened.
Status check_isa_choice();

// Threads that a run should use by default: the affinity mask narrowed by the cgroup's CPU quota;
// at least 1.
int usable_cpu_count();

// "avx512+vnni" for a set of bits, "base" for none.
std::string isa_text(uint32_t isa);

}  // namespace inlay
