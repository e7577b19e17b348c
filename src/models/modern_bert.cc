// ModernBERT (Warner et al. 2024): norms before each part and without biases, rotary positions, a gated
// feed-forward part, and layers that look at all tokens or at their neighbours alone.
#include <limits>

#include "models/config_values.h"
#include "models/encoder_builder.h"

namespace inlay::models {
namespace {

struct ModernConfig {
  int64_t hidden, layers, heads;
  int64_t global_every;  // layer i looks at all tokens when this divides i
  int64_t reach;         // how far a local layer looks to each side
  float epsilon, global_theta, local_theta;
  std::string activation;
};

Result<ModernConfig> read_config(json::Value root) {
  constexpr int64_t kMaxReach = 1 << 20;
  ModernConfig config;
  INLAY_TRY(expect_off(root, {"norm_bias", "attention_bias", "mlp_bias"}));
  INLAY_ASSIGN(config.heads, read_heads(root.at("num_attention_heads")));
  INLAY_ASSIGN(config.hidden, read_headed_size(root.at("hidden_size"), config.heads, 2));
  INLAY_ASSIGN(config.layers, read_layers(root.at("num_hidden_layers")));
  INLAY_ASSIGN(config.global_every, root.at("global_attn_every_n_layers").integer_or(3));
  INLAY_ASSIGN(const int64_t window, root.at("local_attention").integer_or(128));
  INLAY_ASSIGN(config.epsilon, read_epsilon(root.at("norm_eps"), 1e-5));
  INLAY_ASSIGN(config.global_theta, read_theta(root.at("global_rope_theta"), 160000));
  INLAY_ASSIGN(config.local_theta, read_theta(root.at("local_rope_theta"), 10000));
  const json::Value activation = root.at("hidden_activation");
  INLAY_ASSIGN(const std::string_view name, activation.string_or("gelu"));
  if (config.global_every < 1)
    return root.at("global_attn_every_n_layers")
        .error(format("expected at least 1, found {}", config.global_every));
  if (window < 0 || window > kMaxReach)
    return root.at("local_attention")
        .error(format("expected 0 to {}, found {}", kMaxReach, window));
  config.reach = window / 2;
  INLAY_ASSIGN(config.activation, activation_name(activation, name));
  return config;
}

// 0 for tokens within reach, -inf beyond.
graph::ValueId local_bias(EncoderBuilder& b, const ModernConfig& config) {
  return b.bias_by_distance(
      "local_attention", config.heads, config.reach + 2, [&](int64_t, int64_t distance) {
        return std::abs(distance) <= config.reach ? 0.0f : -std::numeric_limits<float>::infinity();
      });
}

Result<graph::ValueId> build_layer(EncoderBuilder& b, const ModernConfig& config, int64_t index,
                                   graph::ValueId x, graph::ValueId local) {
  const std::string layer = format("layers.{}", index);
  const bool global = index % config.global_every == 0;
  const float theta = global ? config.global_theta : config.local_theta;
  const float scale = 1 / std::sqrt(static_cast<float>(config.hidden / config.heads));
  graph::ValueId y = x;
  if (index > 0) {  // the embedding layer has just normalized
    INLAY_ASSIGN(y, b.layer_norm(x, layer + ".attn_norm", config.epsilon));
  }
  INLAY_ASSIGN(const auto qkv, b.split_products(y, layer + ".attn.Wqkv", 3));
  const graph::ValueId q = b.rotary(qkv[0], config.heads, theta);
  const graph::ValueId k = b.rotary(qkv[1], config.heads, theta);
  AttentionTerms terms = {.heads = config.heads, .scale = scale};
  if (!global) {
    terms.relative_bias = local;
    terms.window = config.reach;
  }
  y = b.attention(q, k, qkv[2], terms);
  INLAY_ASSIGN(x, b.product(y, layer + ".attn.Wo", "", x));
  INLAY_ASSIGN(y, b.layer_norm(x, layer + ".mlp_norm", config.epsilon));
  INLAY_ASSIGN(y, b.gated(y, layer + ".mlp.Wi", config.activation));
  return b.product(y, layer + ".mlp.Wo", "", x);
}

}  // namespace

Result<std::shared_ptr<graph::Graph>> import_modern_bert(const HfDirectory& directory,
                                                         FileAccess access) {
  INLAY_ASSIGN(const ModernConfig config, read_config(directory.config.root()));
  INLAY_ASSIGN(EncoderBuilder b, EncoderBuilder::open(directory, access, {"", "model."},
                                                      "embeddings.tok_embeddings.weight"));
  b.norms_have_no_bias();
  const EmbeddingNames names = {"embeddings.tok_embeddings", "", "", "embeddings.norm"};
  INLAY_ASSIGN(graph::ValueId x, b.embed(names, config.epsilon, 0));
  const graph::ValueId local = local_bias(b, config);
  for (int64_t i = 0; i < config.layers; ++i) {
    INLAY_ASSIGN(x, build_layer(b, config, i, x, local));
  }
  INLAY_ASSIGN(x, b.layer_norm(x, "final_norm", config.epsilon));
  return b.finish(x);
}

}  // namespace inlay::models
