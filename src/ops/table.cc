#include <algorithm>
#include <tuple>

#include "ops/op.h"

namespace inlay::ops {

// Each operator's file defines these two; the line in the table below is all else that it needs.
#define INLAY_OPS(X)                                 \
  X("", "Identity", 1, identity)                     \
  X("", "If", 1, if)                                 \
  X("", "Loop", 1, loop)                             \
  X("", "NonZero", 1, non_zero)                      \
  X("inlay", "Attention", 1, attention)              \
  X("inlay", "EmbedLayerNorm", 1, embed_layer_norm)  \
  X("inlay", "LayerNorm", 1, layer_norm)             \
  X("inlay", "Linear", 1, linear)                    \
  X("inlay", "RaggedAttention", 1, ragged_attention) \
  X("inlay", "StateAppend", 1, state_append)

#define INLAY_DECLARE(domain, name, since, id) \
  Status infer_##id(Inference&);               \
  Status lower_##id(Lowering&);
INLAY_OPS(INLAY_DECLARE)
#undef INLAY_DECLARE

namespace {

#define INLAY_ROW(domain, name, since, id) {domain, name, since, infer_##id, lower_##id},
constexpr OpDef kTable[] = {INLAY_OPS(INLAY_ROW)};
#undef INLAY_ROW

constexpr auto key(const OpDef& def) { return std::tuple(def.domain, def.name, def.since); }
static_assert(std::is_sorted(std::begin(kTable), std::end(kTable),
                             [](const OpDef& a, const OpDef& b) { return key(a) < key(b); }),
              "keep the operators sorted by domain, name and version");

}  // namespace

std::span<const OpDef> table() { return kTable; }

const OpDef* find_op(std::string_view domain, std::string_view name, int version) {
  // The last entry that is not after (domain, name, version).
  const auto after =
      std::upper_bound(std::begin(kTable), std::end(kTable), std::tuple(domain, name, version),
                       [](const auto& wanted, const OpDef& def) { return wanted < key(def); });
  if (after == std::begin(kTable)) return nullptr;
  const OpDef& found = *(after - 1);
  return found.domain == domain && found.name == name ? &found : nullptr;
}

}  // namespace inlay::ops
