// MPNet (Song et al. 2020): BERT with RoBERTa's positions, no token types, and a bias by distance that
// all layers share.
#include "models/post_norm_encoder.h"

namespace inlay::models {

Result<std::shared_ptr<graph::Graph>> import_mpnet(const HfDirectory& directory,
                                                   FileAccess access) {
  constexpr int64_t kMaxDistance = 128;
  INLAY_ASSIGN(const PostNormConfig config, read_post_norm_config(directory.config.root()));
  INLAY_ASSIGN(const int64_t offset, padded_position_offset(directory.config.root()));
  INLAY_ASSIGN(EncoderBuilder b, EncoderBuilder::open(directory, access, {"", "mpnet."}));
  INLAY_ASSIGN(graph::ValueId x, b.embed({}, config.epsilon, offset));
  INLAY_ASSIGN(const graph::ValueId bias,
               b.bucketed_bias("encoder.relative_attention_bias", config.heads, kMaxDistance));
  for (int64_t i = 0; i < config.layers; ++i) {
    const std::string layer = format("encoder.layer.{}", i), attention = layer + ".attention.attn.";
    const PostNormLayer names = {attention + "q",
                                 attention + "k",
                                 attention + "v",
                                 attention + "o",
                                 layer + ".attention.LayerNorm",
                                 layer + ".intermediate.dense",
                                 layer + ".output.dense",
                                 layer + ".output.LayerNorm"};
    INLAY_ASSIGN(x, post_norm_layer(b, config, names, x, bias));
  }
  return b.finish(x);
}

}  // namespace inlay::models
