#include "rewrite/rewrite.h"

#include "ops/op.h"
#include "rewrite/passes.h"

namespace inlay::rewrite {
namespace {

using Pass = Status (*)(Edit&);

constexpr Pass kPasses[] = {
    // Before a table of few rows becomes a constant in f32.
    narrow_tables,

    // Shape arithmetic, and nodes that do nothing, would hide the patterns below.
    fold_constants,
    eliminate_shape_arithmetic,
    eliminate_identities,

    // From here on no rewrite looks at the parts of a normalization or an activation.
    fuse_layer_norm,
    fuse_rms_norm,
    fuse_gelu,

    // Convolutions take what is behind them in the order in which they compute it.
    fuse_conv,

    // Linears take their bias before their activation, and that before a residual, as they compute
    // them.
    fuse_linear,
    fuse_integer_linear,
    fuse_activation,

    // Attention finds Linears, or anything else, as its queries, keys and values.
    fuse_attention,
    merge_projections,

    // Last, because a sum may go into the Linear before it or the LayerNorm behind it.
    fuse_residual,
};

Status rewrite_subgraphs(Graph& graph) {
  for (NodeId id : graph.order)
    for (auto& [key, attribute] : graph.node(id).attributes)
      if (const auto* sub = std::get_if<std::shared_ptr<Graph>>(&attribute))
        INLAY_TRY(rewrite(**sub));
  return Status();
}

}  // namespace

Status rewrite(Graph& graph) {
  INLAY_TRY(widen_halves(graph));
  for (Pass pass : kPasses) {
    Edit edit(graph);
    INLAY_TRY(pass(edit));
    edit.finish();
    INLAY_TRY(ops::infer(graph));
  }
  return rewrite_subgraphs(graph);
}

}  // namespace inlay::rewrite
