// x86-64 by cpuid and xgetbv. Sources: Intel SDM volume 2A, CPUID; AMD APM volume 3, appendix E.
#if defined(__x86_64__) || defined(_M_X64)

#if defined(_MSC_VER)
#include <immintrin.h>
#include <intrin.h>
#else
#include <cpuid.h>
#endif

#include <cstring>

#include "base/cpu_detect.h"

namespace inlay {
namespace {

struct Registers {
  uint32_t eax, ebx, ecx, edx;
};

Registers cpuid(uint32_t leaf, uint32_t subleaf = 0) {
  Registers r = {};
#if defined(_MSC_VER)
  int words[4];
  __cpuidex(words, static_cast<int>(leaf), static_cast<int>(subleaf));
  std::memcpy(&r, words, sizeof r);
#else
  __cpuid_count(leaf, subleaf, r.eax, r.ebx, r.ecx, r.edx);
#endif
  return r;
}

// The register states that the system saves on a context switch (XCR0).
uint64_t enabled_states() {
#if defined(_MSC_VER)
  return _xgetbv(0);
#else
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return static_cast<uint64_t>(high) << 32 | low;
#endif
}

constexpr uint32_t bit(int i) { return 1u << i; }
constexpr bool has(uint32_t value, uint32_t bits) { return (value & bits) == bits; }

uint32_t detect_isa() {
  constexpr uint64_t kAvxStates = 0x6, kAvx512States = 0xe6, kTileStates = 0x60000;
  if (cpuid(0).eax < 7) return kIsaBase;
  const Registers one = cpuid(1);
  constexpr uint32_t kOsxsave = bit(27), kAvx = bit(28), kFma = bit(12), kF16c = bit(29);
  if (!has(one.ecx, kOsxsave | kAvx)) return kIsaBase;
  const uint64_t states = enabled_states();
  const auto saved = [&](uint64_t needed) { return (states & needed) == needed; };

  const Registers seven = cpuid(7);
  const Registers seven_one = seven.eax >= 1 ? cpuid(7, 1) : Registers{};
  constexpr uint32_t kAvx2 = bit(5), kBmi2 = bit(8);
  constexpr uint32_t kAvx512 = bit(16) | bit(17) | bit(28) | bit(30) | bit(31);  // F DQ CD BW VL
  constexpr uint32_t kTile = bit(22) | bit(24) | bit(25);                        // bf16, tile, int8

  uint32_t isa = kIsaBase;
  if (!saved(kAvxStates) || !has(one.ecx, kFma | kF16c) || !has(seven.ebx, kAvx2 | kBmi2))
    return isa;
  isa |= kIsaAvx2;
  if (!saved(kAvx512States) || !has(seven.ebx, kAvx512)) return isa;
  isa |= kIsaAvx512;
  if (has(seven.ecx, bit(11))) isa |= kIsaVnni;
  if (has(seven_one.eax, bit(5))) isa |= kIsaBf16;
  if (saved(kTileStates) && has(seven.edx, kTile)) isa |= kIsaAmx;
  return isa;
}

std::string brand_text() {
  if (cpuid(0x80000000).eax < 0x80000004) return "x86-64";
  char text[49] = {};
  for (uint32_t i = 0; i < 3; ++i) {
    const Registers part = cpuid(0x80000002 + i);
    std::memcpy(text + 16 * i, &part, sizeof part);
  }
  std::string name = text;
  name.erase(0, name.find_first_not_of(' '));
  while (!name.empty() && name.back() == ' ') name.pop_back();
  return name;
}

// Both makers describe their caches in the same form, Intel in leaf 4, AMD in leaf 0x8000001D.
uint32_t cache_leaf() {
  constexpr uint32_t kAmdLeaf = 0x8000001D, kTopologyExtensions = bit(22);
  const bool amd =
      cpuid(0x80000000).eax >= kAmdLeaf && has(cpuid(0x80000001).ecx, kTopologyExtensions);
  if (amd) return kAmdLeaf;
  return cpuid(0).eax >= 4 ? 4 : 0;
}

void detect_caches(CpuInfo& info) {
  const uint32_t leaf = cache_leaf();
  if (leaf == 0) return;
  for (uint32_t i = 0; i < 16; ++i) {
    const Registers cache = cpuid(leaf, i);
    const uint32_t type = cache.eax & 31, level = cache.eax >> 5 & 7;
    if (type == 0) return;
    const int64_t ways = (cache.ebx >> 22) + 1, partitions = (cache.ebx >> 12 & 1023) + 1;
    const int64_t line_bytes = (cache.ebx & 4095) + 1, sets = static_cast<int64_t>(cache.ecx) + 1;
    const int64_t size_bytes = ways * partitions * line_bytes * sets;
    constexpr uint32_t kInstructions = 2;
    if (level == 1 && type != kInstructions) info.l1d_bytes = size_bytes;
    if (level == 2) info.l2_bytes = size_bytes;
    if (level == 3) info.l3_bytes = size_bytes;
  }
}

}  // namespace

void detect_cpu(CpuInfo& info) {
  info.name = brand_text();
  info.isa = detect_isa();
  detect_caches(info);
}

}  // namespace inlay

#endif
