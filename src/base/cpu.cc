#include "base/cpu.h"

#include <algorithm>
#include <span>

#include "base/cpu_detect.h"
#include "base/cpu_quota.h"
#include "base/system.h"

namespace inlay {
namespace {

// The names that INLAY_ISA takes. `bits` is the level itself, `includes` what it builds on.
struct Level {
  std::string_view name;
  uint32_t bits;
  uint32_t includes;
};

constexpr uint32_t kUpToAvx512 = kIsaAvx2;
constexpr uint32_t kUpToVnni = kUpToAvx512 | kIsaAvx512;
constexpr uint32_t kUpToBf16 = kUpToVnni | kIsaVnni;
constexpr uint32_t kUpToAmx = kUpToBf16 | kIsaBf16;

constexpr Level kLevels[] = {
    {"avx2", kIsaAvx2, 0},
    {"avx512", kIsaAvx512, kUpToAvx512},
    {"vnni", kIsaVnni, kUpToVnni},
    {"bf16", kIsaBf16, kUpToBf16},
    {"amx", kIsaAmx, kUpToAmx},
    {"neon", kIsaNeon, 0},
    {"dotprod", kIsaDotprod, kIsaNeon},
    {"i8mm", kIsaI8mm, kIsaNeon | kIsaDotprod},
};

std::string known_names() {
  std::string names = "ref, base";
  for (const Level& level : kLevels) names += format(", {}", level.name);
  return names;
}

CpuInfo detect() {
  CpuInfo info;
  detect_cpu(info);
  info.enabled = info.isa;
  if (const auto choice = system::environment_variable("INLAY_ISA"))
    apply_isa_choice(info, *choice);
  if ((info.enabled & kIsaAmx) && !system::request_amx_tiles()) {
    info.isa &= ~uint32_t{kIsaAmx};
    info.enabled &= ~uint32_t{kIsaAmx};
  }
  return info;
}

}  // namespace

void apply_isa_choice(CpuInfo& info, std::string_view choice) {
  info.enabled = info.isa;
  info.force_ref = choice == "ref";
  info.isa_error.clear();
  if (choice.empty()) return;
  if (choice == "ref" || choice == "base") {
    info.enabled = kIsaBase;
    return;
  }
  const auto level = std::ranges::find(kLevels, choice, &Level::name);
  if (level == std::end(kLevels)) {
    info.isa_error =
        format("INLAY_ISA: expected one of {}, found {}", known_names(), quote(choice));
  } else if ((info.isa & level->bits) == 0) {
    info.isa_error =
        format("INLAY_ISA: {} is not supported by this processor or system, which has {}", choice,
               isa_text(info.isa));
  } else {
    info.enabled = info.isa & (level->bits | level->includes);
  }
}

const CpuInfo& cpu_info() {
  static const CpuInfo& info =
      *new CpuInfo(detect());  // never freed: nothing is left to run at exit
  return info;
}

Status check_isa_choice() {
  const std::string& error = cpu_info().isa_error;
  return error.empty() ? Status() : Status(StatusCode::kInvalidArgument, error);
}

int usable_cpu_count() {
  const int allowed = system::affinity_cpu_count();
  const int limit = cgroup_cpu_limit(system::read_small_file);
  return std::max(1, limit == 0 ? allowed : std::min(allowed, limit));
}

std::string isa_text(uint32_t isa) {
  std::string text;
  for (const Level& level : kLevels) {
    if (!(isa & level.bits)) continue;
    // A level that a later one builds on goes without saying, except optional ones such as vnni.
    const bool implied = (level.bits == kIsaAvx2 && (isa & kIsaAvx512)) ||
                         (level.bits == kIsaNeon && (isa & (kIsaDotprod | kIsaI8mm)));
    if (implied) continue;
    if (!text.empty()) text += '+';
    text += level.name;
  }
  return text.empty() ? "base" : text;
}

}  // namespace inlay
