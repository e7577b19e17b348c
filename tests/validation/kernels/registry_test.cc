#include "kernels/registry.h"

#include <gtest/gtest.h>

#include <string_view>

#include "base/cpu.h"

namespace inlay::kernels {
namespace {

TEST(Registry, EachFamilyChoosesOneUsableEntryAndEndsInRef) {
  EXPECT_EQ(families().size(), 19u);
  for (const FamilyInfo& family : families()) {
    int chosen = 0;
    for (const KernelInfo& entry : family.entries) {
      chosen += entry.chosen;
      EXPECT_EQ(entry.usable, chosen > 0 && entry.usable) << entry.name << " is not chosen";
      EXPECT_TRUE(entry.usable || !entry.chosen) << entry.name;
    }
    EXPECT_EQ(chosen, 1) << family.name;
    EXPECT_TRUE(std::string_view(family.entries.back().name).ends_with("_ref"));
    EXPECT_EQ(family.entries.back().isa, 0u);
    EXPECT_STRNE(family.why, "");
  }
}

// The files compiled for an instruction set spell these bits out, because they may not include cpu.h.
TEST(Registry, NamesSayWhatTheEntriesNeed) {
  for (const FamilyInfo& family : families()) {
    for (const KernelInfo& entry : family.entries) {
      const std::string_view name = entry.name;
      EXPECT_TRUE(name.starts_with(family.name)) << name;
      EXPECT_EQ(name.ends_with("_avx2"), entry.isa == kIsaAvx2) << name;
      EXPECT_EQ(name.ends_with("_avx512"), entry.isa == kIsaAvx512) << name;
    }
  }
}

}  // namespace
}  // namespace inlay::kernels
