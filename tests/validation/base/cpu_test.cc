#include "base/cpu.h"

#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "base/cpu_quota.h"
#include "base/system.h"

namespace inlay {
namespace {

TEST(Cpu, InfoIsOneObjectForAllThreads) {
  const CpuInfo* from_thread = nullptr;
  std::thread([&] { from_thread = &cpu_info(); }).join();
  EXPECT_EQ(from_thread, &cpu_info());
  EXPECT_FALSE(cpu_info().name.empty());
  EXPECT_TRUE(isa_enabled(kIsaBase));
}

TEST(Cpu, EnabledIsPartOfSupported) { EXPECT_EQ(cpu_info().enabled & ~cpu_info().isa, 0u); }

#if defined(__linux__) && defined(__x86_64__)
// The kernel's own view; it lists a flag only where processor and system both support it.
TEST(Cpu, AgreesWithTheKernel) {
  const auto text = system::read_small_file("/proc/cpuinfo");
  ASSERT_TRUE(text);
  const auto kernel_has = [&](const char* flag) {
    return text->find(format(" {} ", flag)) != std::string::npos ||
           text->find(format(" {}\n", flag)) != std::string::npos;
  };
  const auto has = [](uint32_t isa) { return (cpu_info().isa & isa) != 0; };
  EXPECT_EQ(has(kIsaAvx2), kernel_has("avx2") && kernel_has("fma") && kernel_has("bmi2"));
  EXPECT_EQ(has(kIsaAvx512), kernel_has("avx512vl") && kernel_has("avx512dq"));
  EXPECT_EQ(has(kIsaVnni), kernel_has("avx512_vnni"));
  EXPECT_EQ(has(kIsaBf16), kernel_has("avx512_bf16"));
  EXPECT_EQ(has(kIsaAmx), kernel_has("amx_tile") && kernel_has("amx_bf16"));
  EXPECT_NE(text->find(cpu_info().name), std::string::npos);
}

TEST(Cpu, CachesAgreeWithTheKernel) {
  const auto kib = [](int index) {
    const auto text =
        system::read_small_file(format("/sys/devices/system/cpu/cpu0/cache/index{}/size", index));
    return text ? std::atoll(text->c_str()) * 1024 : 0;
  };
  if (kib(0) == 0) GTEST_SKIP() << "the kernel does not list caches";
  EXPECT_EQ(cpu_info().l1d_bytes, kib(0));
  EXPECT_EQ(cpu_info().l2_bytes, kib(2));
}
#endif

CpuInfo with_isa(uint32_t isa) {
  CpuInfo info;
  info.isa = isa;
  return info;
}

TEST(IsaChoice, LevelEnablesWhatItBuildsOn) {
  CpuInfo info = with_isa(kIsaAvx2 | kIsaAvx512 | kIsaVnni | kIsaBf16);
  apply_isa_choice(info, "vnni");
  EXPECT_EQ(info.enabled, uint32_t{kIsaAvx2 | kIsaAvx512 | kIsaVnni});
  apply_isa_choice(info, "avx2");
  EXPECT_EQ(info.enabled, uint32_t{kIsaAvx2});
  apply_isa_choice(info, "");
  EXPECT_EQ(info.enabled, info.isa);
  EXPECT_TRUE(info.isa_error.empty());
}

TEST(IsaChoice, RefAndBaseEnableNothing) {
  CpuInfo info = with_isa(kIsaAvx2);
  apply_isa_choice(info, "ref");
  EXPECT_TRUE(info.force_ref);
  EXPECT_EQ(info.enabled, 0u);
  apply_isa_choice(info, "base");
  EXPECT_FALSE(info.force_ref);
  EXPECT_EQ(info.enabled, 0u);
}

TEST(IsaChoice, UnknownOrUnsupportedNamesAreErrorsOfOneLine) {
  CpuInfo info = with_isa(kIsaAvx2);
  apply_isa_choice(info, "avx\n9");
  EXPECT_EQ(
      info.isa_error,
      "INLAY_ISA: expected one of ref, base, avx2, avx512, vnni, bf16, amx, neon, dotprod, i8mm, "
      "found \"avx\\x0a9\"");
  apply_isa_choice(info, "avx512");
  EXPECT_EQ(info.isa_error,
            "INLAY_ISA: avx512 is not supported by this processor or system, which has avx2");
  apply_isa_choice(info, "avx2");
  EXPECT_EQ(info.isa_error, "");
}

TEST(Cpu, IsaTextNamesTheHighestLevels) {
  EXPECT_EQ(isa_text(kIsaBase), "base");
  EXPECT_EQ(isa_text(kIsaAvx2), "avx2");
  EXPECT_EQ(isa_text(kIsaAvx2 | kIsaAvx512 | kIsaVnni), "avx512+vnni");
  EXPECT_EQ(isa_text(kIsaNeon | kIsaDotprod), "dotprod");
}

TEST(Cpu, UsableCountIsAtLeastOneAndAtMostTheAffinityMask) {
  EXPECT_GE(usable_cpu_count(), 1);
  EXPECT_LE(usable_cpu_count(), system::affinity_cpu_count());
}

std::map<std::string, std::string>& files() {
  static auto& files = *new std::map<std::string, std::string>;
  return files;
}
std::optional<std::string> read_fake(const std::string& path) {
  const auto found = files().find(path);
  if (found == files().end()) return std::nullopt;
  return found->second;
}
int limit_with(std::map<std::string, std::string> fake) {
  files() = std::move(fake);
  return cgroup_cpu_limit(read_fake);
}

TEST(CpuQuota, NoneWithoutGroupsOrLimit) {
  EXPECT_EQ(limit_with({}), 0);
  EXPECT_EQ(limit_with({{"/proc/self/cgroup", "0::/\n"}}), 0);
  EXPECT_EQ(
      limit_with({{"/proc/self/cgroup", "0::/a\n"}, {"/sys/fs/cgroup/a/cpu.max", "max 100000\n"}}),
      0);
}

TEST(CpuQuota, Version2TakesTheSmallestAncestorRoundedUp) {
  EXPECT_EQ(limit_with({{"/proc/self/cgroup", "0::/a/b\n"},
                        {"/sys/fs/cgroup/a/b/cpu.max", "800000 100000\n"},
                        {"/sys/fs/cgroup/a/cpu.max", "250000 100000\n"}}),
            3);
  EXPECT_EQ(limit_with({{"/proc/self/cgroup", "0::/host/path\n"},
                        {"/sys/fs/cgroup/cpu.max", "50000 100000\n"}}),
            1);
}

TEST(CpuQuota, Version1ReadsQuotaAndPeriod) {
  EXPECT_EQ(limit_with({{"/proc/self/cgroup", "5:memory:/x\n4:cpu,cpuacct:/d\n"},
                        {"/sys/fs/cgroup/cpu/d/cpu.cfs_quota_us", "200000\n"},
                        {"/sys/fs/cgroup/cpu/d/cpu.cfs_period_us", "100000\n"}}),
            2);
  EXPECT_EQ(limit_with({{"/proc/self/cgroup", "4:cpuset:/d\n"},
                        {"/sys/fs/cgroup/cpu/d/cpu.cfs_quota_us", "200000\n"},
                        {"/sys/fs/cgroup/cpu/d/cpu.cfs_period_us", "100000\n"}}),
            0);
  EXPECT_EQ(limit_with({{"/proc/self/cgroup", "4:cpu:/\n"},
                        {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n"},
                        {"/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"}}),
            0);
}

TEST(CpuQuota, NonsenseIsNoLimit) {
  for (const char* groups :
       {"", "\n\n", "::", "0", "0:", "0::", "cpu", "4:cpu", "0::a\n", "0:://\n"}) {
    EXPECT_EQ(limit_with({{"/proc/self/cgroup", groups}}), 0) << groups;
  }
  for (const char* text :
       {"", " ", "x y", "100000", "100000 ", "0 0", "-5 100000", "99999999999999999999 1"}) {
    EXPECT_EQ(limit_with({{"/proc/self/cgroup", "0::/\n"}, {"/sys/fs/cgroup/cpu.max", text}}), 0)
        << text;
  }
}

}  // namespace
}  // namespace inlay
