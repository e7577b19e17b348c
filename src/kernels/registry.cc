#include "kernels/registry.h"

#include "kernels/choose.h"
#include "kernels/entries.h"

namespace inlay::kernels {
namespace {

constexpr int kFamilies = 12;
constexpr int kMostEntries = 4;

struct Registry {
  KernelInfo entries[kFamilies][kMostEntries];
  FamilyInfo families[kFamilies];
  int count;
};

const char* reason(bool chose_ref) {
  if (cpu_info().force_ref) return "INLAY_ISA=ref";
  if (cpu_info().enabled != cpu_info().isa) return "the first that INLAY_ISA allows";
  return chose_ref ? "no other that this processor has" : "the first that this processor has";
}

template <class Kernel>
void add(Registry& registry, const char* name, KernelTable<Kernel> table, const Kernel& chosen) {
  KernelInfo* entries = registry.entries[registry.count];
  size_t count = 0;
  for (const Kernel* entry : table) {
    const bool usable = entry->isa == 0 || isa_enabled(entry->isa);
    entries[count++] = {entry->name, entry->isa, usable, entry == &chosen};
  }
  registry.families[registry.count++] = {name, {entries, count}, reason(chosen.isa == 0)};
}

Registry* fill(Registry& r) {
  add(r, "gemm", gemm_table(), gemm_kernel());
  add(r, "integer_gemm", integer_gemm_table(), integer_gemm_kernel());
  add(r, "quantize", quantize_table(), quantize_kernel());
  add(r, "attention", attention_table(), attention_kernel());
  add(r, "layer_norm", layer_norm_table(), layer_norm_kernel());
  add(r, "embedding", embedding_table(), embedding_kernel());
  add(r, "activation", activation_table(), activation_kernel());
  add(r, "softmax", softmax_table(), softmax_kernel());
  add(r, "pooling", pooling_table(), pooling_kernel());
  add(r, "dot", dot_table(), dot_kernel());
  add(r, "elementwise", elementwise_table(), elementwise_kernel());
  add(r, "convert", convert_table(), convert_kernel());
  add(r, "patches", patches_table(), patches_kernel());
  add(r, "window_rows", window_rows_table(), window_rows_kernel());
  return &r;
}

}  // namespace

std::span<const FamilyInfo> families() {
  static constinit Registry storage = {};
  static const Registry* const registry = fill(storage);
  return {registry->families, static_cast<size_t>(registry->count)};
}

}  // namespace inlay::kernels
