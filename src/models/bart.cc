// The encoder of BART (Lewis et al. 2019): BERT without token types, under names of its own, with
// positions that begin at the table's third row.
#include "models/post_norm_encoder.h"

namespace inlay::models {
namespace {

constexpr int64_t kPositionOffset = 2;

// Files that share the table with the decoder may hold it under the shared name alone.
constexpr char kOwnTable[] = "encoder.embed_tokens.weight";

}  // namespace

Result<std::shared_ptr<graph::Graph>> import_bart(const HfDirectory& directory, FileAccess access) {
  const json::Value root = directory.config.root();
  const PostNormKeys keys = {
      "d_model", "encoder_layers", "encoder_attention_heads", "activation_function", "", 1e-5};
  INLAY_ASSIGN(const PostNormConfig config, read_post_norm_config(root, keys));
  INLAY_ASSIGN(const bool scaled, root.at("scale_embedding").boolean_or(false));
  if (scaled) return root.at("scale_embedding").error("scaled embeddings are not supported");
  INLAY_ASSIGN(EncoderBuilder b, EncoderBuilder::open(directory, access, {"", "model."},
                                                      "encoder.layernorm_embedding.weight"));
  EmbeddingNames names;
  names.words = b.has(kOwnTable) ? "encoder.embed_tokens" : "shared";
  names.positions = "encoder.embed_positions";
  names.norm = "encoder.layernorm_embedding";
  INLAY_ASSIGN(graph::ValueId x, b.embed(names, config.epsilon, kPositionOffset));
  for (int64_t i = 0; i < config.layers; ++i) {
    const std::string layer = format("encoder.layers.{}", i), attention = layer + ".self_attn.";
    const PostNormLayer layer_names = {attention + "q_proj",
                                       attention + "k_proj",
                                       attention + "v_proj",
                                       attention + "out_proj",
                                       layer + ".self_attn_layer_norm",
                                       layer + ".fc1",
                                       layer + ".fc2",
                                       layer + ".final_layer_norm"};
    INLAY_ASSIGN(x, post_norm_layer(b, config, layer_names, x));
  }
  return b.finish(x);
}

}  // namespace inlay::models
