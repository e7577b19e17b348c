// NomicBERT (Nussbaum et al. 2024): BERT with rotary positions, a gated feed-forward part, no biases.
#include "models/config_values.h"
#include "models/encoder_builder.h"

namespace inlay::models {
namespace {

struct NomicConfig {
  int64_t hidden, layers, heads;
  float epsilon, theta;
  std::string activation;
};

// What the reference allows and published models do not use.
Status expect_usual(json::Value root) {
  INLAY_TRY(expect_off(root, {"prenorm", "use_rms_norm", "qkv_proj_bias", "mlp_fc1_bias",
                              "mlp_fc2_bias", "rotary_emb_interleaved", "parallel_block"}));
  INLAY_ASSIGN(const double fraction, root.at("rotary_emb_fraction").number_or(1));
  if (fraction != 1)
    return root.at("rotary_emb_fraction").error(format("expected 1, found {}", fraction));
  return Status();
}

Result<NomicConfig> read_config(json::Value root) {
  NomicConfig config;
  INLAY_TRY(expect_usual(root));
  INLAY_ASSIGN(config.heads, read_heads(root.at("n_head")));
  INLAY_ASSIGN(config.hidden, read_headed_size(root.at("n_embd"), config.heads, 2));
  INLAY_ASSIGN(config.layers, read_layers(root.at("n_layer")));
  INLAY_ASSIGN(config.epsilon, read_epsilon(root.at("layer_norm_epsilon"), 1e-12));
  INLAY_ASSIGN(config.theta, read_theta(root.at("rotary_emb_base"), 10000));
  INLAY_ASSIGN(const std::string_view activation,
               root.at("activation_function").string_or("swiglu"));
  if (activation == "swiglu")
    config.activation = "silu";
  else if (activation == "geglu")
    config.activation = "gelu";
  else
    return root.at("activation_function")
        .error(format("expected \"swiglu\" or \"geglu\", found {}", quote(activation)));
  return config;
}

Result<graph::ValueId> build_layer(EncoderBuilder& b, const NomicConfig& config,
                                   const std::string& layer, graph::ValueId x) {
  const float scale = 1 / std::sqrt(static_cast<float>(config.hidden / config.heads));
  INLAY_ASSIGN(const auto qkv, b.split_products(x, layer + ".attn.Wqkv", 3));
  const graph::ValueId q = b.rotary(qkv[0], config.heads, config.theta);
  const graph::ValueId k = b.rotary(qkv[1], config.heads, config.theta);
  const graph::ValueId mixed = b.attention(q, k, qkv[2], {.heads = config.heads, .scale = scale});
  INLAY_ASSIGN(graph::ValueId y, b.product(mixed, layer + ".attn.out_proj", "", x));
  INLAY_ASSIGN(y, b.layer_norm(y, layer + ".norm1", config.epsilon));
  INLAY_ASSIGN(graph::ValueId wide,
               b.gated(y, layer + ".mlp.fc12", layer + ".mlp.fc11", config.activation));
  INLAY_ASSIGN(wide, b.product(wide, layer + ".mlp.fc2", "", y));
  return b.layer_norm(wide, layer + ".norm2", config.epsilon);
}

}  // namespace

Result<std::shared_ptr<graph::Graph>> import_nomic_bert(const HfDirectory& directory,
                                                        FileAccess access) {
  INLAY_ASSIGN(const NomicConfig config, read_config(directory.config.root()));
  INLAY_ASSIGN(EncoderBuilder b, EncoderBuilder::open(directory, access, {"", "bert."}));
  EmbeddingNames names;
  names.positions = "";
  names.norm = "emb_ln";
  INLAY_ASSIGN(graph::ValueId x, b.embed(names, config.epsilon, 0));
  for (int64_t i = 0; i < config.layers; ++i) {
    INLAY_ASSIGN(x, build_layer(b, config, format("encoder.layers.{}", i), x));
  }
  return b.finish(x);
}

}  // namespace inlay::models
