// The encoder of T5 (Raffel et al. 2020) and its 1.1 form: RMS norms before each part, no biases, and
// attention without a scale but with a bias by distance that all layers share.
#include "models/config_values.h"
#include "models/encoder_builder.h"

namespace inlay::models {
namespace {

struct T5Config {
  int64_t layers, heads, max_distance;
  float epsilon;
  std::string activation;
  bool gated;  // activation(x · wi_0) * (x · wi_1) instead of activation(x · wi)
};

Result<T5Config> read_config(json::Value root) {
  T5Config config;
  INLAY_ASSIGN(config.layers, read_layers(root.at("num_layers")));
  INLAY_ASSIGN(config.heads, read_heads(root.at("num_heads")));
  INLAY_ASSIGN(config.max_distance, root.at("relative_attention_max_distance").integer_or(128));
  INLAY_ASSIGN(config.epsilon, read_epsilon(root.at("layer_norm_epsilon"), 1e-6));
  const json::Value projection = root.at("feed_forward_proj");
  INLAY_ASSIGN(std::string_view activation, projection.string_or("relu"));
  constexpr std::string_view kGated = "gated-";
  config.gated = activation.starts_with(kGated);
  if (config.gated) activation.remove_prefix(kGated.size());
  // Files of the 1.1 form say "gelu" and mean its approximation by tanh.
  if (config.gated && activation == "gelu") activation = "gelu_new";
  INLAY_ASSIGN(config.activation, activation_name(projection, activation));
  return config;
}

Result<graph::ValueId> build_layer(EncoderBuilder& b, const T5Config& config,
                                   const std::string& layer, graph::ValueId x,
                                   graph::ValueId bias) {
  const std::string attention = layer + ".layer.0.SelfAttention.";
  const std::string dense = layer + ".layer.1.DenseReluDense.";
  INLAY_ASSIGN(graph::ValueId y, b.rms_norm(x, layer + ".layer.0.layer_norm", config.epsilon));
  INLAY_ASSIGN(const auto qkv, b.products(y, {attention + "q", attention + "k", attention + "v"}));
  y = b.attention(qkv[0], qkv[1], qkv[2], {.heads = config.heads, .relative_bias = bias});
  INLAY_ASSIGN(x, b.product(y, attention + "o", "", x));
  INLAY_ASSIGN(y, b.rms_norm(x, layer + ".layer.1.layer_norm", config.epsilon));
  INLAY_ASSIGN(const graph::ValueId wide,
               config.gated ? b.gated(y, dense + "wi_0", dense + "wi_1", config.activation)
                            : b.product(y, dense + "wi", config.activation));
  return b.product(wide, dense + "wo", "", x);
}

}  // namespace

Result<std::shared_ptr<graph::Graph>> import_t5(const HfDirectory& directory, FileAccess access) {
  INLAY_ASSIGN(const T5Config config, read_config(directory.config.root()));
  INLAY_ASSIGN(EncoderBuilder b, EncoderBuilder::open(directory, access, {""}, "shared.weight"));
  EmbeddingNames names;
  names.words = b.has("shared.weight") ? "shared" : "encoder.embed_tokens";
  names.positions = names.norm = "";
  INLAY_ASSIGN(graph::ValueId x, b.embed(names, config.epsilon, 0));
  INLAY_ASSIGN(const graph::ValueId bias,
               b.bucketed_bias("encoder.block.0.layer.0.SelfAttention.relative_attention_bias",
                               config.heads, config.max_distance));
  for (int64_t i = 0; i < config.layers; ++i) {
    INLAY_ASSIGN(x, build_layer(b, config, format("encoder.block.{}", i), x, bias));
  }
  INLAY_ASSIGN(x, b.rms_norm(x, "encoder.final_layer_norm", config.epsilon));
  return b.finish(x);
}

}  // namespace inlay::models
