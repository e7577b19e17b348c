#include "kernels/registry.h"

#include <iterator>

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr size_t kMostEntries = 4;

const char* reason(bool chose_ref) {
  if (cpu_info().force_ref) return "INLAY_ISA=ref";
  if (cpu_info().enabled != cpu_info().isa) return "the first that INLAY_ISA allows";
  return chose_ref ? "no other that this processor has" : "the first that this processor has";
}

// A family whose entries are written to `entries`, which holds kMostEntries.
template <auto table, auto chosen_kernel>
FamilyInfo describe(const char* name, KernelInfo* entries) {
  const auto& chosen = chosen_kernel();
  size_t count = 0;
  for (const auto* entry : table()) {
    if (count == kMostEntries) break;  // a test asks that `ref`, the last one, is here
    const bool usable = entry->isa == 0 || isa_enabled(entry->isa);
    entries[count++] = {entry->name, entry->isa, usable, entry == &chosen};
  }
  return {name, {entries, count}, reason(chosen.isa == 0)};
}

struct Family {
  const char* name;
  FamilyInfo (*describe)(const char* name, KernelInfo* entries);
};

constexpr Family kFamilies[] = {
    {"gemm", describe<gemm_table, gemm_kernel>},
    {"integer_gemm", describe<integer_gemm_table, integer_gemm_kernel>},
    {"quantize", describe<quantize_table, quantize_kernel>},
    {"attention", describe<attention_table, attention_kernel>},
    {"layer_norm", describe<layer_norm_table, layer_norm_kernel>},
    {"embedding", describe<embedding_table, embedding_kernel>},
    {"activation", describe<activation_table, activation_kernel>},
    {"softmax", describe<softmax_table, softmax_kernel>},
    {"gates", describe<gates_table, gates_kernel>},
    {"reduction", describe<reduction_table, reduction_kernel>},
    {"pooling", describe<pooling_table, pooling_kernel>},
    {"dot", describe<dot_table, dot_kernel>},
    {"elementwise", describe<elementwise_table, elementwise_kernel>},
    {"convert", describe<convert_table, convert_kernel>},
    {"transpose", describe<transpose_table, transpose_kernel>},
    {"patches", describe<patches_table, patches_kernel>},
    {"window_rows", describe<window_rows_table, window_rows_kernel>},
    {"depthwise", describe<depthwise_table, depthwise_kernel>},
    {"winograd", describe<winograd_table, winograd_kernel>},
};

struct Registry {
  KernelInfo entries[std::size(kFamilies)][kMostEntries];
  FamilyInfo families[std::size(kFamilies)];
};

const Registry* fill(Registry& registry) {
  for (size_t i = 0; i < std::size(kFamilies); ++i)
    registry.families[i] = kFamilies[i].describe(kFamilies[i].name, registry.entries[i]);
  return &registry;
}

}  // namespace

std::span<const FamilyInfo> families() {
  static constinit Registry storage = {};
  static const Registry* const registry = fill(storage);
  return registry->families;
}

}  // namespace inlay::kernels
