// DistilBERT (Sanh et al. 2019): BERT without token types, under names of its own.
#include "models/post_norm_encoder.h"

namespace inlay::models {

Result<std::shared_ptr<graph::Graph>> import_distilbert(const HfDirectory& directory,
                                                        FileAccess access) {
  const PostNormKeys keys = {"dim", "n_layers", "n_heads", "activation", ""};
  INLAY_ASSIGN(const PostNormConfig config, read_post_norm_config(directory.config.root(), keys));
  INLAY_ASSIGN(EncoderBuilder b, EncoderBuilder::open(directory, access, {"", "distilbert."}));
  INLAY_ASSIGN(graph::ValueId x, b.embed({}, config.epsilon, 0));
  for (int64_t i = 0; i < config.layers; ++i) {
    const std::string layer = format("transformer.layer.{}", i), attention = layer + ".attention.";
    const PostNormLayer names = {attention + "q_lin",      attention + "k_lin",
                                 attention + "v_lin",      attention + "out_lin",
                                 layer + ".sa_layer_norm", layer + ".ffn.lin1",
                                 layer + ".ffn.lin2",      layer + ".output_layer_norm"};
    INLAY_ASSIGN(x, post_norm_layer(b, config, names, x));
  }
  return b.finish(x);
}

}  // namespace inlay::models
