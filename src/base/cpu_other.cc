// AArch64, where NEON is part of the baseline, and every processor that nothing here knows.
#if !defined(__x86_64__) && !defined(_M_X64)

#include "base/cpu_detect.h"

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#elif defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace inlay {
namespace {

#if defined(__aarch64__) && defined(__linux__)
// The bits are those of the kernel's Documentation/arch/arm64/elf_hwcaps.rst.
uint32_t optional_isa() {
  uint32_t isa = 0;
  if (getauxval(AT_HWCAP) & (1ul << 20)) isa |= kIsaDotprod;  // ASIMDDP
  if (getauxval(AT_HWCAP2) & (1ul << 13)) isa |= kIsaI8mm;    // I8MM
  return isa;
}
#elif defined(__aarch64__) && defined(__APPLE__)
bool has_feature(const char* name) {
  int value = 0;
  size_t size = sizeof value;
  return sysctlbyname(name, &value, &size, nullptr, 0) == 0 && value == 1;
}
uint32_t optional_isa() {
  uint32_t isa = 0;
  if (has_feature("hw.optional.arm.FEAT_DotProd")) isa |= kIsaDotprod;
  if (has_feature("hw.optional.arm.FEAT_I8MM")) isa |= kIsaI8mm;
  return isa;
}
#elif defined(__aarch64__)
uint32_t optional_isa() { return 0; }
#endif

}  // namespace

void detect_cpu(CpuInfo& info) {
#if defined(__aarch64__)
  info.name = "AArch64";
  info.isa = kIsaNeon | optional_isa();
#else
  info.name = "unknown processor";
#endif
}

}  // namespace inlay

#endif
