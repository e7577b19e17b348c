// ALBERT (Lan et al. 2019): BERT whose layers share their weights, in groups, behind narrow embeddings.
#include "models/post_norm_encoder.h"

namespace inlay::models {

Result<std::shared_ptr<graph::Graph>> import_albert(const HfDirectory& directory,
                                                    FileAccess access) {
  const json::Value root = directory.config.root();
  INLAY_ASSIGN(const PostNormConfig config, read_post_norm_config(root));
  INLAY_ASSIGN(const int64_t groups, root.at("num_hidden_groups").integer_or(1));
  INLAY_ASSIGN(const int64_t inner, root.at("inner_group_num").integer_or(1));
  if (groups < 1 || groups > std::max<int64_t>(config.layers, 1))
    return root.at("num_hidden_groups")
        .error(format("expected 1 to {} layers, found {}", config.layers, groups));
  if (inner < 1 || inner > 1000)
    return root.at("inner_group_num").error(format("expected 1 to 1000, found {}", inner));
  INLAY_ASSIGN(EncoderBuilder b, EncoderBuilder::open(directory, access, {"", "albert."}));
  INLAY_ASSIGN(graph::ValueId x, b.embed({}, config.epsilon, 0));
  INLAY_ASSIGN(x, b.linear(x, "encoder.embedding_hidden_mapping_in"));
  for (int64_t i = 0; i < config.layers; ++i) {
    const int64_t group = i * groups / config.layers;
    for (int64_t j = 0; j < inner; ++j) {
      const std::string layer = format("encoder.albert_layer_groups.{}.albert_layers.{}", group, j);
      const std::string attention = layer + ".attention.";
      const PostNormLayer names = {attention + "query",     attention + "key",
                                   attention + "value",     attention + "dense",
                                   attention + "LayerNorm", layer + ".ffn",
                                   layer + ".ffn_output",   layer + ".full_layer_layer_norm"};
      INLAY_ASSIGN(x, post_norm_layer(b, config, names, x));
    }
  }
  return b.finish(x);
}

}  // namespace inlay::models
